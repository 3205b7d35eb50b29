package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The norms of the gradients of the latest training step, which the step itself writes. */
final class GradientNorms {
  private final Map<String, Variable> norms = new LinkedHashMap<>();
  private boolean on;

  boolean isOn() {
    return on;
  }

  /** Sets whether steps that are traced from now on write norms. */
  void turn(boolean toOn) {
    on = toOn;
    norms.clear();
  }

  /**
   * Writes the norms of a step's gradients.
   *
   * @param optimizer that for which the loss was scaled; null for none
   * @param check is given the sum of the norms, unless the loss was scaled: that may overflow
   */
  @SuppressWarnings("ReferenceEquality") // an optimizer that does not scale gives the same tensor
  void write(GradientsAndVariables step, Optimizer optimizer, Consumer<Tensor> check) {
    Tensor one = Tensor.of(1.0);
    Tensor scale = optimizer == null ? one : optimizer.scaleLoss(one);
    List<Tensor> gradients = step.gradients();
    Tensor sum = Tensor.of(0.0);
    for (int i = 0; i < gradients.size(); i++) {
      if (gradients.get(i) != null) {
        Tensor norm = Reductions.norm(Casting.cast(gradients.get(i), DType.FLOAT64)).div(scale);
        of(NamedVariables.name(step.variables(), i)).assign(norm);
        sum = sum.add(norm);
      }
    }
    if (scale == one) {
      check.accept(sum);
    }
  }

  private Variable of(String path) {
    Variable present = norms.get(path);
    if (present == null) { // once, not by each run of a graph
      present = Dispatch.eagerly(() -> Variable.untrainable(0.0, "gradient_norm"));
      norms.put(path, present);
    }
    return present;
  }

  /** Returns the norms by the path of the variable. */
  Map<String, Double> read() {
    Map<String, Double> read = new LinkedHashMap<>();
    norms.forEach((path, norm) -> read.put(path, norm.reading().item()));
    return read;
  }
}
