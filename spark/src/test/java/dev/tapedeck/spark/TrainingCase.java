package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.distributed.ShardedDataset;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A small training that is run in several ways. */
enum TrainingCase {
  /** Dense layers with dropout and batch normalization, by Adam. */
  MLP,
  /** A convolution with dropout of its own seed; clipped gradients, accumulated over two steps. */
  CNN;

  private static final int ROWS = 500;
  private static final int WIDTH = 16;
  static final int BATCH = 64;

  /** The number of batches of an epoch. */
  static final long STEPS = Math.ceilDiv(Math.ceilDiv(ROWS, 8), BATCH / 8);

  /** What a training ends with: all variables, and the logs of its epochs. */
  record Result(List<double[]> variables, Map<String, List<Double>> logs) {}

  static List<NumberedRow> rows() {
    Random random = new Random(1);
    List<NumberedRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float[] x = new float[WIDTH];
      int positive = 0;
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) random.nextGaussian();
        positive += x[j] > 0 ? 1 : 0;
      }
      rows.add(new NumberedRow(i, x, new float[] {positive % 4}));
    }
    return rows;
  }

  static Dataset<Row> table(SparkSession spark) {
    StructType schema =
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.FloatType))
            .add("label", DataTypes.IntegerType);
    return spark.createDataFrame(
        rows().stream()
            .map(row -> RowFactory.create(row.features(), (int) row.label()[0]))
            .toList(),
        schema);
  }

  Columns columns() {
    Columns columns = Columns.of("features", "label").classes();
    return this == MLP ? columns : columns.shape(4, 4, 1);
  }

  Model model() {
    RandomKey.seed(3);
    Model model =
        this == MLP
            ? new Sequential(
                Input.of(WIDTH),
                new Dense(32, Activations::relu),
                new Dropout(0.2),
                new BatchNormalization(),
                new Dense(4))
            : new Sequential(
                Input.of(4, 4, 1),
                new Conv2D(8, 3).activation(Activations::relu),
                new Flatten(),
                new Dropout(0.2, 5),
                new Dense(4));
    Optimizer optimizer = new Adam(0.01);
    model.compile(
        this == MLP ? optimizer : optimizer.globalClipnorm(1).gradientAccumulationSteps(2),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    return model;
  }

  static Result result(Model model, History history) {
    List<double[]> values = new ArrayList<>();
    model.variables().forEach(variable -> values.add(variable.value().toDoubleArray()));
    return new Result(values, history.history());
  }

  Result onOneMachine(FitOptions options, Distribution distribution) {
    Model model = model();
    ShardRows source = new ShardRows(rows().iterator(), 8, BATCH / 8, columns());
    return result(
        model, model.fit(new ShardedDataset(source, STEPS), options.distribution(distribution)));
  }

  static void assertSame(Result expected, Result actual) {
    assertEquals(expected.logs, actual.logs);
    for (int i = 0; i < expected.variables.size(); i++) {
      assertArrayEquals(expected.variables.get(i), actual.variables.get(i), "variable " + i);
    }
  }
}
