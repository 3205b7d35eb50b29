package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkModelTest {
  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = LocalCluster.threads(2);
  }

  @AfterAll
  static void close() throws IOException {
    spark.close();
  }

  /** A model of a class of one's own, which no {@code .keras} file holds. */
  public static final class Doubled extends Model {
    private final Dense dense = new Dense(1);

    @Override
    protected Tensor call(Tensor x) {
      return dense.apply(x).mul(2);
    }
  }

  /** A factory of those. */
  public static final class DoubledFactory implements ModelFactory {
    private static final long serialVersionUID = 1;

    @Override
    public Model get() {
      Model model = new Doubled();
      model.build(new TensorSpec(DType.FLOAT32, Shape.of(-1, 2)));
      model.compile(new SGD(0.05), Losses.meanSquaredError());
      return model;
    }
  }

  private static Dataset<Row> table(DataType features, List<Row> rows) {
    return spark.createDataFrame(
        rows, new StructType().add("features", features).add("label", DataTypes.DoubleType, true));
  }

  private static Dataset<Row> pairs(int count) {
    return table(
        DataTypes.createArrayType(DataTypes.DoubleType),
        IntStream.range(0, count)
            .mapToObj(i -> RowFactory.create(new double[] {i / 16., 1}, i / 16. - 1))
            .toList());
  }

  private static double[] vectors(Dataset<Row> table, String column) {
    return table.collectAsList().stream()
        .flatMapToDouble(row -> Arrays.stream(row.<Vector>getAs(column).toArray()))
        .toArray();
  }

  private static void assertFails(String message, Dataset<Row> table) {
    Throwable cause = assertThrows(SparkException.class, table::collectAsList);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertTrue(cause.getMessage().contains(message), cause.getMessage());
  }

  @Test
  void predictionsAreTheModels() {
    Model model = new Sequential(Input.of(2), new Dense(3));
    Dataset<Row> table = pairs(37).coalesce(1);
    Tensor x =
        Tensor.of(
            IntStream.range(0, 37).mapToObj(i -> new float[] {i / 16f, 1}).toArray(float[][]::new));
    double[] expected = model.predictOnBatch(x).toDoubleArray();
    NetworkModel stage = new NetworkModel(model).setBatchSize(16);
    assertArrayEquals(expected, vectors(stage.transform(table), "prediction"), 1e-6);
    assertFails("needs a model of one output", stage.setOutput("number").transform(table));
    Dataset<Row> classes = stage.setOutput("class").setRawPredictionCol("raw").transform(table);
    assertArrayEquals(expected, vectors(classes, "raw"), 1e-6);
    for (Row row : classes.collectAsList()) {
      assertEquals(row.<Vector>getAs("raw").argmax(), row.<Double>getAs("prediction"));
    }
  }

  @Test
  void bytesAreImagesOfTheInputsShape() {
    Model model = new Sequential(Input.of(4, 4, 1), new Conv2D(2, 3), new Flatten(), new Dense(1));
    byte[] image = new byte[16];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (16 * i); // from 8 on they are negative
    }
    Tensor x = Creation.range(0, 256, 16, DType.FLOAT32).reshape(1, 4, 4, 1);
    Dataset<Row> table = table(DataTypes.BinaryType, List.of(RowFactory.create(image, 0.)));
    assertArrayEquals(
        model.predictOnBatch(x).toDoubleArray(),
        vectors(new NetworkModel(model).transform(table), "prediction"),
        1e-3);
  }

  @Test
  void partitionsMayBeEmpty() {
    NetworkModel stage =
        new NetworkModel(new Sequential(Input.of(2), new Dense(1))).setOutput("number");
    assertEquals(3, stage.transform(pairs(3).repartition(7)).count());
    assertEquals(0, stage.transform(pairs(3).filter("label > 5")).count());
    assertEquals(
        List.of("features", "label", "prediction"), List.of(stage.transform(pairs(0)).columns()));
  }

  @Test
  void rowsWithoutAValueAreRefused() {
    Model model = new Sequential(Input.of(2), new Dense(1));
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    DataType array = DataTypes.createArrayType(DataTypes.DoubleType);
    Dataset<Row> missing = table(array, List.of(RowFactory.create(null, 1.)));
    Dataset<Row> within = table(array, List.of(RowFactory.create(new Double[] {1., null}, 1.)));
    Dataset<Row> label = table(array, List.of(RowFactory.create(new double[] {1, 2}, null)));
    NetworkModel stage = new NetworkModel(model);
    assertFails("in column \"features\", received null", stage.transform(missing));
    assertFails("in column \"features\", received null", stage.transform(within));
    assertEquals(1, stage.transform(label).count());
    NetworkEstimator network = new NetworkEstimator(model);
    assertTrue(
        assertThrows(SparkException.class, () -> network.fit(label))
            .getMessage()
            .contains("in column \"label\", received null"));
  }

  @Test
  void factoriesMakeClassesOfOnesOwn() throws IOException {
    NetworkEstimator network =
        NetworkEstimator.of(DoubledFactory.class).setOutput("number").setEpochs(20).setBatchSize(8);
    NetworkModel fitted = network.fit(pairs(32));
    Row last = fitted.transform(pairs(32)).orderBy("label").collectAsList().getLast();
    assertEquals(last.<Double>getAs("label"), last.<Double>getAs("prediction"), 0.05);
    String path = folder.resolve("fitted").toString();
    fitted.save(path);
    assertEquals(
        fitted.transform(pairs(32)).collectAsList(),
        NetworkModel.load(path).transform(pairs(32)).collectAsList());
    network.write().overwrite().save(path);
    assertEquals(
        network.extractParamMap().toString(),
        NetworkEstimator.load(path).extractParamMap().toString());
    assertThrows(IllegalArgumentException.class, () -> NetworkModel.load(path));
  }
}
