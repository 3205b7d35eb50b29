package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientList;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/** Checks of the gradients of a step, before it changes any variable. */
final class GradientCheck {
  private GradientCheck() {}

  /** Checks that each variable has a gradient of its shape and type, which has a value. */
  static void requireFit(List<Tensor> gradients, List<Variable> variables) {
    if (gradients.size() != variables.size()) {
      throw new IllegalArgumentException(
          "applyGradients: received "
              + gradients.size()
              + " gradients for "
              + variables.size()
              + " variables");
    }
    for (int i = 0; i < variables.size(); i++) {
      check(gradients, variables, i);
    }
  }

  private static void check(List<Tensor> gradients, List<Variable> variables, int index) {
    Variable variable = variables.get(index);
    String name = NamedVariables.name(variables, index);
    Tensor gradient = gradients.get(index);
    if (gradient == null) {
      throw new IllegalArgumentException(
          "applyGradients: variable \""
              + name
              + "\" has no gradient: "
              + GradientList.reason(gradients, index)
              + "; use it in the model, or leave it out of the list");
    }
    if (!gradient.spec().fits(variable.spec())) {
      throw new IllegalArgumentException(
          "applyGradients: variable \""
              + name
              + "\" is "
              + variable.spec()
              + ", its gradient "
              + gradient.spec());
    }
    requireValue(name, gradient);
  }

  private static void requireValue(String name, Tensor gradient) {
    String reason = null;
    if (gradient instanceof SymbolicTensor && Dispatch.executingEagerly()) {
      reason = gradient + " was used outside the function it was traced in";
    } else if (gradient instanceof EagerTensor known) {
      try {
        known.storage();
      } catch (IllegalStateException e) {
        reason = e.getMessage();
      }
    }
    if (reason != null) {
      throw new IllegalStateException(
          "applyGradients: the gradient of variable \"" + name + "\" cannot be used: " + reason);
    }
  }
}
