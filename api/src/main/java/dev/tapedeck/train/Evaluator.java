package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The loops of evaluate and predict over the batches of a dataset. */
final class Evaluator<I, O> {
  private final Trainable<I, O> model;
  private final ModelLogs logs;
  private final ModelSteps<I, O> steps;

  /** What is done with a batch, in a scope of its own. */
  private interface BatchAction {
    void accept(Scope scope, Example batch, int number);
  }

  Evaluator(Trainable<I, O> model, ModelLogs logs, ModelSteps<I, O> steps) {
    this.model = model;
    this.logs = logs;
    this.steps = steps;
  }

  /**
   * Returns loss and metrics over batches, by name; empty if it was stopped before their end.
   *
   * @param count number of batches; null for all
   */
  Optional<Map<String, Double>> evaluate(
      Dataset batches, Integer count, CallbackList callbacks, BooleanSupplier stops) {
    Map<String, Double> results =
        callbacks.run(
            () -> {
              callbacks.onTestBegin(model);
              logs.metrics().find(model.layer());
              logs.evaluation().reset();
              boolean whole =
                  forEach(
                      "evaluate",
                      batches,
                      count,
                      stops,
                      (_, batch, number) -> test(batch, number, callbacks));
              return whole ? new LinkedHashMap<>(logs.evaluation().values()) : null;
            },
            (callback, found) ->
                callback.onTestEnd(model, Objects.requireNonNullElse(found, Map.of())));
    return Optional.ofNullable(results);
  }

  private void test(Example batch, int number, CallbackList callbacks) {
    callbacks.onTestBatchBegin(model, number);
    LazyLogs values = steps.test(batch, () -> "evaluate: batch " + (number + 1));
    callbacks.onTestBatchEnd(model, number, values);
    if (!callbacks.isInternal()) {
      values.keep();
    }
  }

  /**
   * Returns the outputs for batches, joined along the first axis.
   *
   * @param count number of batches; null for all
   */
  O predict(Dataset batches, Integer count, CallbackList callbacks) {
    return callbacks.run(
        () -> {
          callbacks.onPredictBegin(model);
          try (Scope scope = new Scope()) {
            List<O> parts = new ArrayList<>();
            boolean _ =
                forEach(
                    "predict",
                    batches,
                    count,
                    () -> false,
                    (ofBatch, batch, number) ->
                        parts.add(predict(ofBatch, batch, number, callbacks)));
            return TensorTree.map(joined(parts), scope::keep);
          }
        },
        (callback, _) -> callback.onPredictEnd(model));
  }

  @SuppressWarnings("unchecked") // a dataset's inputs are the model's, or the model refuses them
  private O predict(Scope scope, Example batch, int number, CallbackList callbacks) {
    callbacks.onPredictBatchBegin(model, number);
    O outputs = TensorTree.map(steps.predict((I) batch.inputs()), scope::keep);
    callbacks.onPredictBatchEnd(model, number, outputs);
    return outputs;
  }

  private static <O> O joined(List<O> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    List<List<Tensor>> tensors = parts.stream().map(TensorTree::tensorsOf).toList();
    int[] next = {0};
    return TensorTree.map(parts.getFirst(), _ -> joined(tensors, next[0]++));
  }

  private static Tensor joined(List<List<Tensor>> parts, int index) {
    return Joining.concat(0, parts.stream().map(part -> part.get(index)).toArray());
  }

  /** Calls an action with each batch, and returns whether it was not stopped before the end. */
  private static boolean forEach(
      String who, Dataset batches, Integer count, BooleanSupplier stops, BatchAction action) {
    Iterator<Example> iterator = batches.iterator();
    int number = 0;
    boolean more = true;
    while (more && (count == null || number < count)) {
      try (Scope scope = new Scope()) {
        more = EpochIterator.hasNext(iterator, stops);
        if (stops.getAsBoolean()) {
          return !more && !Thread.currentThread().isInterrupted(); // or it only waited for one
        }
        if (more) {
          action.accept(scope, iterator.next(), number++);
        }
      }
    }
    if (number == 0) {
      throw BatchCheck.noBatches(who, batches);
    }
    if (!more && count != null) {
      EpochIterator.warnOfEnd(who, number, count);
    }
    return true;
  }
}
