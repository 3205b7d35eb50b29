package dev.tapedeck.spark;

import dev.tapedeck.tensor.Refusal;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/** A reader of the numbers in the columns of a table. */
final class RowReader {
  private RowReader() {}

  /** Returns the rows of a table in their order. */
  static JavaRDD<NumberedRow> numbered(Dataset<Row> table, Columns columns) {
    return table
        .javaRDD()
        .zipWithIndex()
        .map(
            row ->
                new NumberedRow(
                    row._2,
                    numbers(row._1, columns.features()),
                    columns.label() == null ? null : numbers(row._1, List.of(columns.label()))));
  }

  /** Returns the numbers in columns, one after the other. */
  static float[] numbers(Row row, List<String> columns) {
    float[][] parts = columns.stream().map(column -> numbers(row, column)).toArray(float[][]::new);
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int place = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, place, part.length);
      place += part.length;
    }
    return all;
  }

  private static float[] numbers(Row row, String column) {
    int index = row.fieldIndex(column);
    return row.isNullAt(index) ? refuse(column, null) : numbers(column, row.get(index));
  }

  private static float[] numbers(String column, Object value) {
    return switch (value) {
      case Number number -> new float[] {number.floatValue()};
      case Boolean bool -> new float[] {bool ? 1 : 0};
      case Vector vector -> {
        double[] doubles = vector.toArray();
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) doubles[i];
        }
        yield floats;
      }
      case byte[] bytes -> {
        float[] floats = new float[bytes.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = bytes[i] & 0xff;
        }
        yield floats;
      }
      case Iterable<?> list -> {
        Object[] elements = CollectionConverters.asJavaCollection(list).toArray();
        float[] floats = new float[elements.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] =
              elements[i] instanceof Number number
                  ? number.floatValue()
                  : refuse(column, elements[i])[0];
        }
        yield floats;
      }
      default -> refuse(column, value);
    };
  }

  private static float[] refuse(String column, Object value) {
    throw Refusal.of(
        "spark",
        "needs numbers, vectors, arrays of numbers or bytes in column \"" + column + "\"",
        value == null ? "null" : value + ", a " + value.getClass().getSimpleName(),
        "convert the column, and fill or drop rows without a value");
  }
}
