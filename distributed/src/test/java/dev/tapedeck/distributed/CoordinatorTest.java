package dev.tapedeck.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorTest {
  private static final int SHARDS = 8;
  private static final int STEPS = 6;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private record Result(List<double[]> variables, Map<String, List<Double>> logs) {}

  private static Model model() {
    Model model =
        new Sequential(
            new Dense(32, Activations::relu),
            new Dropout(0.3),
            new Dropout(0.1, 5),
            new BatchNormalization(),
            new Dense(4));
    model.compile(
        new Adam(0.01).globalClipnorm(1),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    return model;
  }

  /** Four rows of each shard in a batch, two in the last; shard 7 has a batch less. */
  private static Iterator<Example> batches(int shard, RandomKey key) {
    int steps = shard == SHARDS - 1 ? STEPS - 1 : STEPS;
    return IntStream.range(0, steps)
        .mapToObj(step -> rows(key.foldIn(shard).foldIn(step), step == STEPS - 1 ? 2 : 4))
        .iterator();
  }

  private static Example rows(RandomKey key, int count) {
    Tensor x = Randoms.normal(key, DType.FLOAT32, 0, 1, count, 10);
    Tensor y = x.greater(0).cast(DType.INT32).sum(1).mod(4);
    return new Example(x, y);
  }

  private static Result train(Distribution distribution) {
    RandomKey.seed(11);
    Model model = model();
    History history =
        model.fit(
            new ShardedDataset(CoordinatorTest::batches, STEPS),
            FitOptions.epochs(3).verbosity(FitOptions.Verbosity.SILENT).distribution(distribution));
    List<double[]> values = new ArrayList<>();
    model.variables().forEach(variable -> values.add(variable.value().toDoubleArray()));
    return new Result(values, history.history());
  }

  private static Result trainRemotely(int workers) {
    try (Coordinator coordinator =
            new Coordinator("localhost", workers, SHARDS, () -> rows(RandomKey.of(0), 4), LIMIT);
        ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      for (int i = 0; i < workers; i++) {
        int rank = i;
        threads.submit(
            () ->
                Worker.run(
                    coordinator.invitation(),
                    rank,
                    "localhost",
                    CoordinatorTest::model,
                    CoordinatorTest::batches,
                    2));
      }
      return train(coordinator);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void workersEndWithTheBitsOfOneMachine(int workers) {
    Result expected = train(new DataParallel(SHARDS).parallel(1));
    Result actual = trainRemotely(workers);
    assertEquals(expected.logs, actual.logs);
    for (int i = 0; i < expected.variables.size(); i++) {
      assertArrayEquals(expected.variables.get(i), actual.variables.get(i), "variable " + i);
    }
  }
}
