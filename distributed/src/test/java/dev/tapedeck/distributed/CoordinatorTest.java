package dev.tapedeck.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorTest {
  private static final int SHARDS = 8;
  private static final int STEPS = 6;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What a callback changes, the workers get. */
  private static final Callback SLOWER =
      new Callback() {
        @Override
        public void onEpochBegin(Trainable<?, ?> model, int epoch) {
          if (epoch > 0) {
            model.optimizer().learningRate().assign(model.optimizer().learningRate().div(2));
          }
        }
      };

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

  private static Result train(Distribution distribution, Model model, ShardSource source) {
    History history =
        model.fit(
            new ShardedDataset(source, STEPS),
            FitOptions.epochs(3)
                .verbosity(FitOptions.Verbosity.SILENT)
                .callback(SLOWER)
                .distribution(distribution));
    List<double[]> values = new ArrayList<>();
    model.variables().forEach(variable -> values.add(variable.value().toDoubleArray()));
    return new Result(values, history.history());
  }

  private static Result trainRemotely(
      int workers, int averageEvery, Supplier<Model> models, ShardSource source) {
    RandomKey.seed(11);
    try (Coordinator coordinator =
            new Coordinator(
                "localhost", workers, SHARDS, averageEvery, () -> rows(RandomKey.of(0), 4), LIMIT);
        ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      for (int i = 0; i < workers; i++) {
        int rank = i;
        Future<?> _ =
            threads.submit(
                () -> Worker.run(coordinator.invitation(), rank, "localhost", models, source, 2));
      }
      return train(coordinator, models.get(), source);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void workersEndWithTheBitsOfOneMachine(int workers) {
    RandomKey.seed(11);
    Result expected =
        train(new DataParallel(SHARDS).parallel(1), model(), CoordinatorTest::batches);
    Result actual = trainRemotely(workers, 0, CoordinatorTest::model, CoordinatorTest::batches);
    assertEquals(expected.logs, actual.logs);
    for (int i = 0; i < expected.variables.size(); i++) {
      assertArrayEquals(expected.variables.get(i), actual.variables.get(i), "variable " + i);
    }
  }

  @Test
  void averagesAfterEachStepAreTheExchangeOfGradientsOfPlainSteps() {
    Result expected = trainRemotely(2, 0, CoordinatorTest::plain, CoordinatorTest::equalBatches);
    Result actual = trainRemotely(2, 1, CoordinatorTest::plain, CoordinatorTest::equalBatches);
    for (int i = 0; i < expected.variables.size(); i++) {
      assertArrayEquals(expected.variables.get(i), actual.variables.get(i), 1e-5);
    }
    Result seldom = trainRemotely(2, 4, CoordinatorTest::plain, CoordinatorTest::equalBatches);
    List<Double> losses = seldom.logs.get("loss");
    assertTrue(losses.getLast() < losses.getFirst(), losses::toString);
  }

  private static Model plain() {
    Model model = new Sequential(new Dense(8, Activations::tanh), new Dense(4));
    model.compile(new SGD(0.1), Losses.sparseCategoricalCrossentropy().fromLogits());
    return model;
  }

  private static Iterator<Example> equalBatches(int shard, RandomKey key) {
    return IntStream.range(0, STEPS)
        .mapToObj(step -> rows(key.foldIn(shard).foldIn(step), 4))
        .iterator();
  }

  private record Batches(List<Example> examples) implements Dataset {
    @Override
    public Iterator<Example> iterator() {
      return examples.iterator();
    }

    @Override
    public long cardinality() {
      return examples.size();
    }
  }

  @Test
  void aDatasetThatIsMadeInAStepLasts() {
    ShardSource source =
        ShardSource.of(
            shard -> {
              List<Example> batches = new ArrayList<>();
              equalBatches(shard, RandomKey.of(0)).forEachRemaining(batches::add);
              return new Batches(batches);
            });
    for (int workers : new int[] {1, 2}) {
      Result result = trainRemotely(workers, 0, CoordinatorTest::plain, source);
      assertEquals(3, result.logs.get("loss").size());
    }
  }

  @Test
  void aWorkerThatFailsIsNamedWithItsError() {
    ShardSource failing =
        (shard, key) -> {
          if (shard >= SHARDS / 2) {
            throw new IllegalArgumentException("no such file");
          }
          return equalBatches(shard, key);
        };
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class,
            () -> trainRemotely(2, 0, CoordinatorTest::plain, failing));
    assertTrue(failed.getMessage().contains("worker 1"), failed.getMessage());
    assertTrue(failed.getMessage().contains("no such file"), failed.getMessage());
  }

  @Test
  void workersThatDoNotComeAreNotWaitedForForEver() {
    try (Coordinator coordinator =
        new Coordinator(
            "localhost", 2, SHARDS, 0, () -> rows(RandomKey.of(0), 4), Duration.ofMillis(500))) {
      WorkerLostException lost =
          assertThrows(
              WorkerLostException.class,
              () -> train(coordinator, plain(), CoordinatorTest::equalBatches));
      assertTrue(lost.getMessage().contains("0 of 2 workers"), lost.getMessage());
    }
  }

  @Test
  void oneWithoutTheSecretIsRefused() throws Exception {
    try (Coordinator coordinator =
            new Coordinator(
                "localhost", 1, SHARDS, 0, () -> rows(RandomKey.of(0), 4), Duration.ofSeconds(5));
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Invitation right = coordinator.invitation();
      Invitation wrong =
          new Invitation(right.host(), right.port(), "guessed", 1, SHARDS, 0, right.limit());
      Future<?> stranger =
          threads.submit(
              () ->
                  Worker.run(
                      wrong,
                      0,
                      "localhost",
                      CoordinatorTest::plain,
                      CoordinatorTest::equalBatches,
                      1));
      Future<?> _ =
          threads.submit(
              () -> {
                assertThrows(ExecutionException.class, stranger::get);
                Worker.run(
                    right,
                    0,
                    "localhost",
                    CoordinatorTest::plain,
                    CoordinatorTest::equalBatches,
                    1);
              });
      assertEquals(
          3, train(coordinator, plain(), CoordinatorTest::equalBatches).logs.get("loss").size());
    }
  }

  @Test
  void numbersOfWorkersAndShardsArePowersOfTwo() {
    for (int[] counts : new int[][] {{3, 8}, {16, 8}, {2, 6}, {0, 8}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Coordinator("localhost", counts[0], counts[1], 0, () -> null, LIMIT));
    }
  }
}
