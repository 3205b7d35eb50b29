package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The steps of a model that overrides none of them. */
final class DefaultSteps<I, O> {
  private final AbstractLayer<I, O> model;
  private final Overrides<O> overrides;
  private final ModelLogs logs;
  private final Supplier<Objective> objective;
  private final Supplier<Optimizer> optimizer;

  DefaultSteps(
      AbstractLayer<I, O> model,
      Overrides<O> overrides,
      ModelLogs logs,
      Supplier<Objective> objective,
      Supplier<Optimizer> optimizer) {
    this.model = model;
    this.overrides = overrides;
    this.logs = logs;
    this.objective = objective;
    this.optimizer = optimizer;
  }

  /** Trains on a batch by gradients and their application. */
  Map<String, Tensor> train(Example batch) {
    overrides.applyGradients().accept(overrides.computeGradients().apply(batch));
    return Map.of();
  }

  /** Returns the gradients of a batch's loss, after the batch's results were added to the logs. */
  GradientsAndVariables gradients(Example batch) {
    O predictions;
    Tensor loss;
    List<Variable> variables;
    List<Tensor> gradients;
    try (GradientTape tape = new GradientTape()) {
      predictions = predict(batch, true);
      loss = loss(batch, predictions);
      variables = model.trainableVariables();
      if (variables.isEmpty()) {
        throw new IllegalStateException(
            "fit: the model has no trainable variables; keep its layers and variables in fields, or in"
                + " lists, maps or records in fields, and leave some of them trainable");
      }
      gradients = tape.gradient(optimizer.get().scaleLoss(loss), variables);
    }
    logs.update(batch, predictions, loss);
    return new GradientsAndVariables(gradients, variables);
  }

  /** Evaluates a batch. */
  Map<String, Tensor> test(Example batch) {
    O predictions = predict(batch, false);
    logs.update(batch, predictions, loss(batch, predictions));
    return Map.of();
  }

  @SuppressWarnings("unchecked") // a dataset's inputs are the model's, or the model refuses them
  private O predict(Example batch, boolean training) {
    return model.run((I) batch.inputs(), training);
  }

  private Tensor loss(Example batch, O predictions) {
    Tensor value = overrides.computeLoss().apply(batch, predictions);
    BatchCheck.requireOneNumber(value);
    return value;
  }

  /** Returns the sum of the objective's losses and of the model's penalties. */
  Tensor objective(Example batch, O predictions) {
    BatchCheck.requireLabels(batch);
    return Dispatch.nameScope(
        "loss",
        () ->
            model.losses().stream()
                .reduce(ofPredictions(batch, predictions), (sum, loss) -> sum.add(loss.reshape())));
  }

  private Tensor ofPredictions(Example batch, O predictions) {
    return BatchOutputs.sum(
        objective.get(), batch, predictions, losses -> logs.addOutputLosses(batch, losses));
  }
}
