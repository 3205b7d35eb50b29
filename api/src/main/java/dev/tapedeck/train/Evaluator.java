package dev.tapedeck.train;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The loops of evaluate and predict over the batches of a dataset. */
final class Evaluator {
  private final Layer model;
  private final ModelLogs logs;
  private final ModelSteps steps;

  Evaluator(Layer model, ModelLogs logs, ModelSteps steps) {
    this.model = model;
    this.logs = logs;
    this.steps = steps;
  }

  /** Returns loss and metrics over batches, by name. */
  Map<String, Double> evaluate(Dataset batches) {
    logs.metrics().find(model);
    logs.evaluation().reset();
    Iterator<Example> iterator = batches.iterator();
    Map<String, Double> values = Map.of();
    for (int number = 1; ; number++) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        values = test(iterator.next(), number);
      }
    }
    if (values.isEmpty()) {
      throw BatchCheck.noBatches("evaluate", batches);
    }
    return values;
  }

  private Map<String, Double> test(Example batch, int number) {
    return steps.test(batch, () -> "evaluate: batch " + number);
  }

  /** Returns the outputs for all batches, joined along the first axis. */
  Tensor predict(Dataset batches) {
    List<Tensor> outputs = new ArrayList<>();
    for (Iterator<Example> iterator = batches.iterator(); ; ) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        outputs.add(scope.keep(steps.predict(iterator.next().x())));
      }
    }
    if (outputs.isEmpty()) {
      throw BatchCheck.noBatches("predict", batches);
    }
    return Joining.concat(0, outputs.toArray());
  }
}
