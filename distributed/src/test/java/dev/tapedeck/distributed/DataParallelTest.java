package dev.tapedeck.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.AUC;
import dev.tapedeck.metrics.F1Score;
import dev.tapedeck.metrics.MeanAbsoluteError;
import dev.tapedeck.metrics.PearsonCorrelation;
import dev.tapedeck.metrics.R2Score;
import dev.tapedeck.metrics.RootMeanSquaredError;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.Muon;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Reduction;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataParallelTest {
  private static final int ROWS = 100;

  /** What a training ends with: all variables, and the logs of its epochs. */
  private record Result(List<double[]> variables, Map<String, List<Double>> logs) {}

  record Case(String name, Supplier<Model> model, Supplier<Optimizer> optimizer, Tensor x) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Tensor rows = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, ROWS, 20);
    Tensor images = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, ROWS, 8, 8, 1);
    return Stream.of(
        new Case("mlp", () -> mlp(null), () -> new Adam(0.01).globalClipnorm(0.5), rows),
        new Case(
            "accumulating",
            () -> mlp(3L),
            () -> new SGD(0.05, 0.9).gradientAccumulationSteps(2).useEma(true),
            rows),
        new Case("muon", () -> mlp(null), () -> new Muon(0.01), rows),
        new Case("large", DataParallelTest::large, () -> new Adam(0.01), rows),
        new Case("cnn", DataParallelTest::cnn, () -> new Adam(0.01), images));
  }

  private static Model mlp(Long seed) {
    return new Sequential(
        new Dense(64, Activations::relu),
        seed == null ? new Dropout(0.3) : new Dropout(0.3, seed),
        new BatchNormalization(),
        new Dense(4));
  }

  /** Returns one whose first kernel has a vector of gradients of its own. */
  private static Model large() {
    return new Sequential(new Dense(13_200, Activations::relu), new Dense(4));
  }

  private static Model cnn() {
    return new Sequential(
        Input.of(8, 8, 1), // so that the variables are there before
        new Conv2D(8, 3).activation(Activations::relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.25),
        new Dense(4));
  }

  private static Result train(Case of, Distribution distribution, int batch) {
    RandomKey.seed(7);
    Model model = of.model.get();
    model.compile(
        of.optimizer.get(),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    int[] labels = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = i * 7 % 4;
    }
    History history =
        model.fit(
            of.x,
            labels,
            FitOptions.epochs(5)
                .batchSize(batch)
                .verbosity(FitOptions.Verbosity.SILENT)
                .distribution(distribution));
    List<double[]> values = new ArrayList<>();
    model.variables().forEach(variable -> values.add(variable.value().toDoubleArray()));
    model
        .optimizer()
        .slots()
        .values()
        .forEach(slots -> slots.values().forEach(slot -> values.add(slot.value().toDoubleArray())));
    return new Result(values, history.history());
  }

  private static void assertSame(Result expected, Result actual) {
    assertEquals(expected.variables.size(), actual.variables.size());
    for (int i = 0; i < expected.variables.size(); i++) {
      assertArrayEquals(expected.variables.get(i), actual.variables.get(i), "variable " + i);
    }
    assertEquals(expected.logs, actual.logs);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theBitsDoNotDependOnTheThreads(Case of) {
    // 100 rows in batches of 24: the last has 4 for 8 shards.
    Result one = train(of, new DataParallel(8).parallel(1), 24);
    for (int threads : new int[] {2, 3, 8}) {
      assertSame(one, train(of, new DataParallel(8).parallel(threads), 24));
    }
  }

  @ParameterizedTest
  @MethodSource("deterministic")
  void aStepIsNearThatOfTheWholeBatch(Case of) {
    Result whole = train(of, null, ROWS);
    Result sharded = train(of, new DataParallel(8), ROWS);
    for (int i = 0; i < whole.variables.size(); i++) {
      assertArrayEquals(whole.variables.get(i), sharded.variables.get(i), 2e-6, "variable " + i);
    }
    whole.logs.forEach(
        (name, values) -> {
          for (int i = 0; i < values.size(); i++) {
            assertEquals(values.get(i), sharded.logs.get(name).get(i), 1e-6, name);
          }
        });
  }

  static Stream<Case> deterministic() {
    Tensor rows = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, ROWS, 20);
    Supplier<Model> penalized =
        () ->
            new Sequential(
                new Dense(16, Activations::tanh).kernelRegularizer(Regularizers.l2(0.01)),
                new Dense(4));
    return Stream.of(new Case("penalties", penalized, () -> new SGD(0.1), rows));
  }

  @Test
  void metricsAreThoseOfTheWholeBatch() {
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 64, 5);
    Tensor y = x.greater(0).cast(DType.FLOAT32).mean(1);
    List<Map<String, Double>> logs = new ArrayList<>();
    for (Distribution distribution : new Distribution[] {null, new DataParallel(4).parallel(2)}) {
      RandomKey.seed(2);
      Model model = new Sequential(new Dense(1, Activations::sigmoid));
      model.compile(
          new SGD(0),
          Losses.meanSquaredError(),
          new AUC(),
          new MeanAbsoluteError(),
          new R2Score(),
          new F1Score(),
          new RootMeanSquaredError(),
          new PearsonCorrelation());
      logs.add(
          model
              .fit(
                  x,
                  y.reshape(-1, 1).greater(0.5).cast(DType.FLOAT32),
                  FitOptions.epochs(1)
                      .batchSize(64)
                      .verbosity(FitOptions.Verbosity.SILENT)
                      .distribution(distribution))
              .epochs()
              .getFirst());
    }
    logs.getFirst()
        .forEach((name, value) -> assertEquals(value, logs.getLast().get(name), 1e-6, name));
  }

  private static void assertRefuses(String expected, Model model, Loss loss, Metric... metrics) {
    model.compile(new SGD(0.1), loss, metrics);
    FitOptions options =
        FitOptions.epochs(1)
            .verbosity(FitOptions.Verbosity.SILENT)
            .distribution(new DataParallel(2).parallel(2));
    RuntimeException refused =
        assertThrows(
            RuntimeException.class,
            () -> model.fit(new float[][] {{1}, {2}}, new float[][] {{1}, {2}}, options));
    assertTrue(refused.getMessage().contains(expected), refused.getMessage());
  }

  @Test
  void whatDoesNotAddUpIsRefused() {
    Loss loss = Losses.meanSquaredError();
    assertRefuses(
        "SUM", new Sequential(new Dense(1)), Losses.meanSquaredError().reduction(Reduction.SUM));
    Model eager = new Sequential(new Dense(1));
    eager.runEagerly(true);
    assertRefuses("runEagerly(false)", eager, loss);
    assertRefuses("override computeGradients", new OwnStep(), loss);
    assertRefuses("keeps no arguments", new NotCopied(), loss);
    assertRefuses("override copy()", new Sequential(new Dense(1)), loss, new Largest());
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(6));
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(8, -1));
  }

  private static final class OwnStep extends Model {
    @Override
    protected Tensor call(Tensor x) {
      return x;
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      return Map.of();
    }
  }

  private static final class NotCopied extends Model {
    private final Dense dense = new Dense(1);

    @Override
    protected Tensor call(Tensor x) {
      return dense.apply(x);
    }
  }

  /** A metric whose state is no sum. */
  private static final class Largest implements Metric {
    private final Variable largest = Variable.untrainable(0.0, "largest");

    @Override
    public String name() {
      return "largest";
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      largest.assign(predictions.max().cast(DType.FLOAT64));
    }

    @Override
    public Tensor result() {
      return largest.value();
    }

    @Override
    public void reset() {
      largest.assign(0);
    }
  }
}
