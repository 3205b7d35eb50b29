package dev.tapedeck.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.Muon;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataParallelTest {
  private static final int ROWS = 100;

  /** What a training ends with: all variables, and the logs of its epochs. */
  private record Result(List<double[]> variables, Map<String, List<Double>> logs) {}

  private record Case(String name, Supplier<Model> model, Supplier<Optimizer> optimizer, Tensor x) {
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
        new Case("cnn", DataParallelTest::cnn, () -> new Adam(0.01), images));
  }

  private static Model mlp(Long seed) {
    return new Sequential(
        new Dense(64, Activations::relu),
        seed == null ? new Dropout(0.3) : new Dropout(0.3, seed),
        new BatchNormalization(),
        new Dense(4));
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
}
