package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code fit}, {@code evaluate} and {@code predict} of {@code y = w x}, worked out by hand. */
class ModelTest {
  private static final Batches NONE = new Batches(List.of(), Dataset.UNKNOWN);

  /** With steps of 0.1 from 0, the weight goes to 1, 2.8, 2.4, 1.68. */
  private static final Batches TRAIN = Batches.doubling(new float[] {1, 2}, new float[] {3});

  private static final Batches TEST = Batches.doubling(new float[] {1});

  /** Counts the examples since the last reset. */
  private static final class Count implements Metric {
    private final Variable examples = Variable.untrainable(0L, "examples");

    @Override
    public String name() {
      return "count";
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      Shape shape = predictions.shape();
      assertEquals(shape, labels.shape());
      examples.assignAdd(shape.size(0));
    }

    @Override
    public Tensor result() {
      return examples.value();
    }

    @Override
    public void reset() {
      examples.assign(0);
    }
  }

  /** A callback that keeps the events it receives, and then acts on each. */
  private record EventLog(
      String name, List<String> events, BiConsumer<String, Trainable<?, ?>> then)
      implements Callback {
    private void receive(Trainable<?, ?> model, String what) {
      events.add(name + what);
      then.accept(what, model);
    }

    private static String text(Map<String, Double> logs) {
      return new TreeMap<>(logs)
          .entrySet().stream()
              .map(e -> String.format(Locale.ROOT, " %s=%.4f", e.getKey(), e.getValue()))
              .collect(Collectors.joining());
    }

    @Override
    public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
      receive(model, "begin " + plan.epochs() + " x " + plan.steps());
    }

    @Override
    public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
      receive(model, "end");
    }

    @Override
    public void onEpochBegin(Trainable<?, ?> model, int epoch) {
      receive(model, "epoch " + epoch);
    }

    @Override
    public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
      receive(model, "epoch " + epoch + " ends" + text(logs));
    }

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      receive(model, "batch " + step + text(logs));
    }
  }

  private static EventLog logging(List<String> events) {
    return new EventLog("", events, (what, model) -> {});
  }

  private static FitOptions silent(int epochs, Callback... callbacks) {
    FitOptions options = FitOptions.epochs(epochs).verbosity(FitOptions.Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    return options;
  }

  private static Model compiled(Metric... metrics) {
    Model model = new Sequential(new Linear(1));
    model.compile(new Descent(0.1), Losses.meanSquaredError(), metrics);
    return model;
  }

  private static double weight(Model model) {
    return model.variables().getFirst().value().item();
  }

  @Test
  void fitLearns() {
    Model model = compiled();
    List<Double> losses = model.fit(TRAIN, silent(10)).get("loss");
    assertEquals(10, losses.size());
    for (int i = 1; i < losses.size(); i++) {
      assertTrue(losses.get(i) < losses.get(i - 1), losses::toString);
    }
    assertEquals(2, weight(model), 1e-3);
    assertEquals(20, model.optimizer().iterations().value().item());
  }

  @Test
  void callbacksReceiveEventsInOrder() {
    List<String> events = new ArrayList<>();
    Model model = compiled(new Count());
    History history = model.fit(TRAIN, silent(2, logging(events)).validation(TEST));
    assertEquals(
        List.of(
            "begin 2 x 2",
            "epoch 0",
            "batch 0 count=2.0000 loss=10.0000",
            "batch 1 count=3.0000 loss=9.6667", // (10 * 2 + 9 * 1) / 3
            "epoch 0 ends count=3.0000 loss=9.6667 val_count=1.0000 val_loss=0.6400",
            "epoch 1",
            "batch 0 count=2.0000 loss=1.6000",
            "batch 1 count=3.0000 loss=1.5467",
            "epoch 1 ends count=3.0000 loss=1.5467 val_count=1.0000 val_loss=0.1024",
            "end"),
        events);
    assertEquals(1.68, weight(model), 1e-6);
    assertEquals(List.of(1.0, 1.0), history.get("val_count"));
    assertRefused(
        IllegalArgumentException.class,
        "history: no entry \"vall_count\"; there are " + history.epochs().getFirst().keySet(),
        () -> history.get("vall_count"));
    assertEquals(2, history.epochs().size());
    assertEquals(
        List.of("count", "loss", "val_count", "val_loss"),
        List.copyOf(history.epochs().getFirst().keySet()));
  }

  @Test
  void everyCallbackReceivesAnEventBeforeTheNext() {
    List<String> events = new ArrayList<>();
    EventLog first = new EventLog("first ", events, (what, model) -> {});
    EventLog second = new EventLog("second ", events, (what, model) -> {});
    compiled().fit(TEST, silent(1).callback(first).callback(second));
    List<String> expected =
        Stream.of(
                "begin 1 x 1", "epoch 0", "batch 0 loss=4.0000", "epoch 0 ends loss=4.0000", "end")
            .flatMap(what -> Stream.of("first " + what, "second " + what))
            .toList();
    assertEquals(expected, events);
  }

  /**
   * The batch's other callbacks still receive the event, and the epoch ends, but without
   * validation.
   */
  @Test
  void stoppingEndsTheEpochAfterTheBatch() {
    List<String> events = new ArrayList<>();
    EventLog stopper =
        new EventLog(
            "",
            events,
            (what, m) -> {
              if (what.startsWith("batch")) {
                m.stopTraining();
              }
            });
    Model model = compiled();
    History history = model.fit(TRAIN, silent(5, stopper).validation(TEST));
    assertEquals(
        List.of(
            "begin 5 x 2", "epoch 0", "batch 0 loss=10.0000", "epoch 0 ends loss=10.0000", "end"),
        events);
    assertEquals(List.of(Map.of("loss", 10.0)), history.epochs());
    assertTrue(model.isStopping());
    assertEquals(2, model.fit(TRAIN, silent(2)).epochs().size(), "the next fit starts afresh");
    assertFalse(model.isStopping());
  }

  @Test
  void aFailureEndsTheTraining() {
    List<String> events = new ArrayList<>();
    RuntimeException failure = new IllegalStateException("disk full");
    EventLog failing =
        new EventLog(
            "",
            events,
            (what, m) -> {
              if (what.startsWith("batch 1")) {
                throw failure;
              }
            });
    Model model = compiled();
    assertSame(
        failure,
        assertThrows(IllegalStateException.class, () -> model.fit(TRAIN, silent(5, failing))));
    assertEquals("end", events.getLast());
    assertEquals(5, events.size(), events::toString);
    assertEquals(1, model.fit(TRAIN, silent(1)).epochs().size(), "the model can be trained on");
  }

  @Test
  void stepsCanBeOverridden() {
    class Own extends Model {
      private final Variable seen = Variable.untrainable(0f, "seen");

      @Override
      protected Map<String, Tensor> trainStep(Example batch) {
        return Map.of("seen", seen.assignAdd(batch.x().sum()).value());
      }

      @Override
      protected Map<String, Tensor> testStep(Example batch) {
        return Map.of("tested", batch.y().sum());
      }
    }

    Own model = new Own();
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    History history = model.fit(TRAIN, silent(2).validation(TEST));
    assertEquals(
        // after batches of 2 and 1 examples: (3 * 2 + 6 * 1) / 3, (9 * 2 + 12 * 1) / 3
        List.of(Map.of("seen", 4.0, "val_tested", 2.0), Map.of("seen", 10.0, "val_tested", 2.0)),
        history.epochs());
    assertEquals(Map.of("tested", 6.0), model.evaluate(TRAIN));
  }

  @Test
  void aMetricThatGraphsWouldNotUpdateIsRefused() {
    class Hidden implements Metric {
      private double total;

      @Override
      public String name() {
        return "hidden";
      }

      @Override
      public void update(Tensor labels, Tensor predictions, Tensor weights) {
        total++;
      }

      @Override
      public Tensor result() {
        return Tensor.of(total);
      }

      @Override
      public void reset() {
        total = 0;
      }
    }

    Model model = compiled(new Hidden());
    assertEquals(
        "fit: metric \"hidden\" changes no variable, so that its sums would stay as they are while a"
            + " graph runs; keep them in variables, or call model.runEagerly(true)",
        assertThrows(IllegalStateException.class, () -> model.evaluate(TEST)).getMessage());
    model.runEagerly(true);
    assertEquals(2, model.evaluate(TRAIN).get("hidden"));
  }

  @Test
  void evaluateChangesNothing() {
    Model model = compiled(new Count());
    Map<String, Double> logs = model.evaluate(TRAIN);
    assertEquals(Map.of("count", 3.0, "loss", (10.0 * 2 + 36) / 3), logs);
    assertEquals(logs, model.evaluate(TRAIN));
    assertEquals(0, weight(model));
    assertEquals(0, model.optimizer().iterations().value().item());
  }

  @Test
  void predictJoinsBatches() {
    Model model = compiled();
    model.fit(TRAIN, silent(1));
    Tensor joined = model.predict(TRAIN);
    assertEquals(Shape.of(3, 1), joined.shape());
    assertArrayEquals(new float[] {2.8f, 5.6f, 8.4f}, joined.toFloatArray(), 1e-5f);
    Tensor one = model.predict(new float[][] {{2}});
    assertArrayEquals(new float[] {5.6f}, one.toFloatArray(), 1e-5f);
  }

  @Test
  void trainingIsOnInFitAlone() {
    List<Boolean> flags = new ArrayList<>();
    Layer flag =
        new Layer() {
          @Override
          protected Tensor call(Tensor x, boolean training) {
            flags.add(training);
            return x;
          }
        };
    Model model = new Sequential(new Linear(1), flag);
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    model.fit(TEST, silent(1).validation(TEST));
    model.evaluate(TEST);
    model.predict(TEST);
    model.predict(new float[][] {{1}});
    assertEquals(List.of(true, false, false), flags, "each step is traced once");
    model.runEagerly(true);
    model.fit(TEST, silent(1).validation(TEST));
    model.predict(TEST);
    assertEquals(List.of(true, false, false, true, false, false), flags);
  }

  static Stream<Arguments.ArgumentSet> uncompiled() {
    return Stream.of(
        uncompiled("fit", model -> model.fit(TRAIN, silent(1))),
        uncompiled("evaluate", model -> model.evaluate(TRAIN)),
        uncompiled("optimizer", Model::optimizer),
        uncompiled("loss", Model::loss));
  }

  private static Arguments.ArgumentSet uncompiled(String who, Consumer<Model> call) {
    return argumentSet(who, who, call);
  }

  @ParameterizedTest
  @MethodSource("uncompiled")
  void trainingNeedsCompiling(String who, Consumer<Model> call) {
    Model model = new Sequential(new Linear(1));
    assertRefused(
        IllegalStateException.class,
        who + ": the model is not compiled; call model.compile(optimizer, loss, metrics..) first",
        () -> call.accept(model));
  }

  static Stream<Arguments.ArgumentSet> badData() {
    Batches endless = new Batches(TRAIN.examples(), Dataset.INFINITE);
    String empty = "the dataset has no batches";
    String end =
        " has no end; use take(n) to give it one: after batch(size), n is the number of steps an"
            + " epoch; or set ";
    String noEnd = "the dataset" + end;
    return Stream.of(
        badData("fit: " + empty, model -> model.fit(NONE, silent(1))),
        badData("evaluate: " + empty, model -> model.evaluate(NONE)),
        badData("evaluate: " + empty, model -> model.fit(TRAIN, silent(1).validation(NONE))),
        badData("predict: " + empty, model -> model.predict(NONE)),
        badData("fit: " + noEnd + "stepsPerEpoch", model -> model.fit(endless, silent(1))),
        badData("evaluate: " + noEnd + "steps", model -> model.evaluate(endless)),
        badData(
            "fit: the validation dataset" + end + "validationSteps",
            model -> model.fit(TRAIN, silent(1).validation(endless))),
        badData("predict: " + noEnd + "steps", model -> model.predict(endless)),
        badData(
            "fit: epochs must be 1 or more, received 0; give a larger number",
            model -> model.fit(TRAIN, silent(0))));
  }

  private static Arguments.ArgumentSet badData(String message, Consumer<Model> call) {
    return argumentSet(message, message, call);
  }

  @ParameterizedTest
  @MethodSource("badData")
  void dataMustBeginAndEnd(String message, Consumer<Model> call) {
    assertRefused(IllegalArgumentException.class, message, () -> call.accept(compiled()));
  }

  private static void assertRefused(
      Class<? extends Exception> kind, String message, Executable call) {
    assertEquals(message, assertThrows(kind, call).getMessage());
  }

  @Test
  void aModelWithNothingToTrainIsRefused() {
    Model model =
        new Model() {
          @Override
          protected Tensor call(Tensor x) {
            return x;
          }
        };
    model.compile(new Descent(0.1), Losses.meanSquaredError());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> model.fit(TRAIN, silent(1)))
            .getMessage()
            .startsWith("fit: the model has no trainable variables; "));
  }

  /** Makes each batch when it is asked for, of 64 KB. */
  private record Fresh(int steps) implements Dataset {
    @Override
    public long cardinality() {
      return UNKNOWN;
    }

    @Override
    public Iterator<Example> iterator() {
      return IntStream.range(0, steps).mapToObj(i -> new Example(ones(16), ones(1))).iterator();
    }

    private static Tensor ones(int width) {
      return Tensor.ones(DType.FLOAT32, 1024, width);
    }
  }

  @Test
  void stepsGiveTheirMemoryBack() {
    Model model = compiled();
    model.fit(new Fresh(1), silent(1).validation(new Fresh(1)));
    long before = Memory.stats().live();
    model.fit(new Fresh(200), silent(1).validation(new Fresh(200)));
    long grown = Memory.stats().live() - before;
    assertTrue(grown < 1 << 17, () -> grown + " bytes kept"); // one batch a step would be 26 MB
  }
}
