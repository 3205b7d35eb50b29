package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fit} and {@code evaluate} from within each other, and at once. */
class NestedRunsTest {
  private static final Batches TRAIN =
      Batches.doubling(new float[] {1, 2}, new float[] {3}, new float[] {4, 5});

  private static final Batches TEST = Batches.doubling(new float[] {100});

  /** Counts examples: in a variable, or beside it. */
  private static final class Count implements Metric {
    private final Variable count;
    private double beside;

    Count(boolean visible) {
      count = visible ? Variable.untrainable(0.0, "count") : null;
    }

    @Override
    public String name() {
      return "count";
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      double examples = labels.shape().size(0);
      if (count == null) {
        beside += examples;
      } else {
        count.assignAdd(examples);
      }
    }

    @Override
    public Tensor result() {
      return count == null ? Tensor.of(beside) : count.value();
    }

    @Override
    public void reset() {
      beside = 0;
      if (count != null) {
        count.assign(0);
      }
    }
  }

  /** A model that reports a number of its own, and one in a variable. */
  private static final class Reporting extends Model {
    private final Linear linear = new Linear(1);

    @Override
    protected Tensor call(Tensor x) {
      return linear.apply(x);
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      super.trainStep(batch);
      return Map.of("input", batch.x().mean());
    }

    @Override
    protected Map<String, Tensor> testStep(Example batch) {
      super.testStep(batch);
      return Map.of("input", batch.x().mean());
    }
  }

  private static Model model(boolean visible) {
    Model model = new Reporting();
    model.compile(new Descent(0.01), Losses.meanSquaredError(), new Count(visible));
    model.runEagerly(!visible);
    return model;
  }

  /** Returns what is reported after each batch and epoch, while something is done after batches. */
  private static List<Map<String, Double>> logs(
      Model model, Consumer<Trainable<?, ?>> afterBatches) {
    List<Map<String, Double>> logs = new ArrayList<>();
    Callback spy =
        new Callback() {
          @Override
          public void onTrainBatchEnd(
              Trainable<?, ?> trained, int step, Map<String, Double> ofBatch) {
            logs.add(Map.copyOf(ofBatch));
            afterBatches.accept(trained);
          }
        };
    FitOptions options =
        FitOptions.epochs(3).verbosity(FitOptions.Verbosity.SILENT).validation(TRAIN).callback(spy);
    logs.addAll(model.fit(TRAIN, options).epochs());
    return logs;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void evaluateWithinFitLeavesItsSums(boolean eagerly) {
    List<Map<String, Double>> tested = new ArrayList<>();
    Model model = model(true);
    model.runEagerly(eagerly);
    List<Map<String, Double>> logs = logs(model, m -> tested.add(m.evaluate(TEST)));
    assertEquals(logs(model(true), m -> {}), logs);
    assertEquals(9, tested.size());
    assertTrue(tested.stream().allMatch(all -> all.get("count") == 1), tested::toString);
    assertTrue(tested.stream().allMatch(all -> all.get("input") == 100), tested::toString);
  }

  @Test
  void evaluateWithinFitNeedsMetricsThatCanBeSetAside() {
    Exception refused =
        assertThrows(IllegalStateException.class, () -> logs(model(false), m -> m.evaluate(TEST)));
    assertEquals(
        "evaluate: metric \"count\" gathers outside variables, where the sums of the training that"
            + " goes on cannot be set aside; keep them in variables, or evaluate after fit",
        refused.getMessage());
    assertEquals(1, model(false).evaluate(TEST).get("count"));
  }

  /** Its checkpoint would resume with the sums of the evaluation. */
  @Test
  void evaluateAfterAnUnfinishedEpochLeavesItsSums() {
    Model model = model(true);
    logs(model, Trainable::stopTraining);
    Map<String, Double> before = Map.copyOf(model.progress().logs().values());
    assertEquals(2, before.get("count"));
    assertEquals(1, model.evaluate(TEST).get("count"));
    assertEquals(before, model.progress().logs().values());
  }

  /** The outer training goes on as if nothing had been. */
  @Test
  void whatCannotBeNestedIsRefused() {
    List<String> messages = new ArrayList<>();
    Model model = model(true);
    List<Map<String, Double>> logs =
        logs(
            model,
            m -> {
              messages.add(refused(() -> m.fit(TEST, FitOptions.epochs(9))));
              messages.add(refused(() -> m.compile(m.optimizer(), m.loss())));
            });
    assertEquals(logs(model(true), m -> {}), logs);
    assertEquals(
        "fit: the model is being trained or evaluated, and this call comes from within, as from a"
            + " callback; it would take the other's epochs and sums: call it when fit or evaluate"
            + " has returned, or use another model",
        messages.getFirst());
    assertTrue(messages.get(1).startsWith("compile: "), messages::toString);
    assertEquals(18, messages.size());
    model.compile(new Descent(0.01), Losses.meanSquaredError());
  }

  @Test
  void anotherThreadIsRefused() {
    List<String> messages = new ArrayList<>();
    logs(
        model(true),
        m -> {
          CompletableFuture<?> other = CompletableFuture.runAsync(() -> m.evaluate(TEST));
          messages.add(assertThrows(CompletionException.class, other::join).getMessage());
        });
    assertTrue(
        messages.getFirst().contains("evaluate: the model is being trained or evaluated by thread"),
        messages::toString);
  }

  private static String refused(Runnable call) {
    return assertThrows(IllegalStateException.class, call::run).getMessage();
  }
}
