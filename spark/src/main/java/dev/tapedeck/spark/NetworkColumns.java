package dev.tapedeck.spark;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Model;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the tables that a network reads and makes.
 *
 * @param who the stage, for messages
 * @param features name of the column of the inputs
 * @param prediction name of the column of the predictions
 * @param raw name of the column of all outputs; empty for none
 * @param output what a prediction is, a constant of {@link PredictionParams}
 */
record NetworkColumns(String who, String features, String prediction, String raw, String output)
    implements Serializable {
  private static final long serialVersionUID = 1;

  static NetworkColumns of(PredictionParams<?> stage) {
    return new NetworkColumns(
        stage.getClass().getSimpleName(),
        stage.getOrDefault(stage.featuresCol()),
        stage.getOrDefault(stage.predictionCol()),
        stage.getOrDefault(stage.rawPredictionCol()),
        stage.getOrDefault(stage.output()));
  }

  /** Returns a table's columns with the added ones. */
  StructType added(StructType table) {
    requireNumbers(table, features, "setFeaturesCol");
    DataType vector = SQLDataTypes.VectorType();
    boolean whole = output.equals(PredictionParams.VECTOR);
    StructType with =
        add(table, prediction, whole ? vector : DataTypes.DoubleType, "setPredictionCol");
    return raw.isEmpty() ? with : add(with, raw, vector, "setRawPredictionCol");
  }

  private StructType add(StructType table, String column, DataType type, String setter) {
    if (Arrays.asList(table.fieldNames()).contains(column)) {
      throw Refusal.of(
          who,
          "needs a new name for the column that it adds",
          "\"" + column + "\", which the table has",
          "call " + setter + ", or drop the column");
    }
    return table.add(column, type, false);
  }

  /** Refuses a table without a column of numbers. */
  void requireNumbers(StructType table, String column, String setter) {
    List<String> names = Arrays.asList(table.fieldNames());
    if (!names.contains(column)) {
      throw Refusal.of(
          who, "needs the column \"" + column + "\"", "columns " + names, "call " + setter);
    }
    DataType type = table.apply(column).dataType();
    if (!isNumbers(type instanceof ArrayType array ? array.elementType() : type)
        && !type.equals(DataTypes.BinaryType)
        && !type.equals(SQLDataTypes.VectorType())) {
      throw Refusal.of(
          who,
          "needs numbers, vectors, arrays of numbers or bytes in column \"" + column + "\"",
          type.simpleString(),
          "convert it, as with StringIndexer or VectorAssembler, or call " + setter);
    }
  }

  private static boolean isNumbers(DataType type) {
    return type instanceof NumericType || type.equals(DataTypes.BooleanType);
  }

  /** Returns what is read for a model, whose inputs may have more than one axis. */
  Columns read(Model model, String label) {
    long[] sizes = model.inputSpec().shape().toArray();
    boolean shaped = sizes.length > 2 && Arrays.stream(sizes).skip(1).allMatch(size -> size > 0);
    return new Columns(
        List.of(features),
        label,
        output.equals(PredictionParams.CLASS),
        shaped ? Arrays.stream(sizes).skip(1).boxed().toList() : List.of());
  }
}
