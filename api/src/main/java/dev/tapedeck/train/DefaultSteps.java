package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The steps of a model that overrides none of them. */
final class DefaultSteps<I, O> {
  private final AbstractLayer<I, O> model;
  private final Overrides<O> overrides;
  private final ModelLogs logs;
  private final GradientNorms norms;
  private final Supplier<Objective> objective;
  private final Supplier<Optimizer> optimizer;

  DefaultSteps(
      AbstractLayer<I, O> model,
      Overrides<O> overrides,
      ModelLogs logs,
      GradientNorms norms,
      Supplier<Objective> objective,
      Supplier<Optimizer> optimizer) {
    this.model = model;
    this.overrides = overrides;
    this.logs = logs;
    this.norms = norms;
    this.objective = objective;
    this.optimizer = optimizer;
  }

  /** Trains on a batch by gradients and their application. */
  Map<String, Tensor> train(Example batch) {
    GradientsAndVariables gradients = overrides.computeGradients().apply(batch);
    if (norms.isOn()) {
      norms.write(gradients, optimizer.get(), logs::checkGradients);
    }
    overrides.applyGradients().accept(gradients);
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
      gradients = tape.gradient(scaled(loss), variables);
    }
    requireLosses(predictions, gradients, variables);
    logs.update(batch, predictions, loss);
    return new GradientsAndVariables(gradients, variables);
  }

  private Tensor scaled(Tensor loss) {
    Optimizer compiled = optimizer.get();
    return compiled == null ? loss : compiled.scaleLoss(loss);
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
    return Dispatch.nameScope(
        "loss",
        () -> {
          List<Tensor> terms = new ArrayList<>(ofPredictions(batch, predictions));
          model.losses().forEach(loss -> terms.add(loss.reshape()));
          return terms.stream()
              .reduce(Tensor::add)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "compile: there is no loss; give one, have a layer call addLoss, or"
                              + " override computeLoss"));
        });
  }

  private List<Tensor> ofPredictions(Example batch, O predictions) {
    if (objective.get().outputs().isEmpty()) {
      return List.of();
    }
    BatchCheck.requireLabels(batch);
    return BatchOutputs.terms(
        objective.get(), batch, predictions, losses -> logs.addOutputLosses(batch, losses));
  }

  /** Checks that no variable is left out because its output has no loss. */
  private void requireLosses(O predictions, List<Tensor> gradients, List<Variable> variables) {
    int missing = gradients.indexOf(null);
    Objective compiled = objective.get();
    if (missing >= 0 && !compiled.outputs().containsKey(Objective.ALL)) {
      List<String> without = new ArrayList<>(Outputs.of(predictions).keySet());
      compiled.outputs().forEach((output, of) -> without.removeIf(output::equals));
      if (!without.isEmpty() && !compiled.outputs().isEmpty()) {
        throw new IllegalArgumentException(
            "fit: the outputs "
                + without
                + " have no loss, so that variable \""
                + NamedVariables.name(variables, missing)
                + "\" would not be trained; give them one in the objective, or freeze their layers"
                + " with trainable(false)");
      }
    }
  }
}
