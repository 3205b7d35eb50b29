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

/** The loops of evaluate and predict over the batches of a dataset. */
final class Evaluator<I, O> {
  private final AbstractLayer<I, O> model;
  private final ModelLogs logs;
  private final ModelSteps<I, O> steps;

  Evaluator(AbstractLayer<I, O> model, ModelLogs logs, ModelSteps<I, O> steps) {
    this.model = model;
    this.logs = logs;
    this.steps = steps;
  }

  /** Returns loss and metrics over batches, by name. */
  Map<String, Double> evaluate(Dataset batches) {
    logs.metrics().find(model);
    logs.evaluation().reset();
    Iterator<Example> iterator = batches.iterator();
    int number = 0;
    while (true) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        number++;
        test(iterator.next(), number);
      }
    }
    if (number == 0) {
      throw BatchCheck.noBatches("evaluate", batches);
    }
    return new LinkedHashMap<>(logs.evaluation().values());
  }

  private void test(Example batch, int number) {
    steps.test(batch, () -> "evaluate: batch " + number);
  }

  /** Returns the outputs for all batches, joined along the first axis. */
  @SuppressWarnings("unchecked") // a dataset's inputs are the model's, or the model refuses them
  O predict(Dataset batches) {
    List<List<Tensor>> parts = new ArrayList<>();
    O last = null;
    for (Iterator<Example> iterator = batches.iterator(); ; ) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        last = TensorTree.map(steps.predict((I) iterator.next().inputs()), scope::keep);
        parts.add(TensorTree.tensorsOf(last));
      }
    }
    if (parts.isEmpty()) {
      throw BatchCheck.noBatches("predict", batches);
    }
    int[] next = {0};
    return TensorTree.map(last, _ -> joined(parts, next[0]++));
  }

  private static Tensor joined(List<List<Tensor>> parts, int index) {
    return Joining.concat(0, parts.stream().map(part -> part.get(index)).toArray());
  }
}
