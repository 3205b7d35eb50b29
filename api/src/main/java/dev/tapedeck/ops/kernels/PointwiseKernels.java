package dev.tapedeck.ops.kernels;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.util.List;

/** Kernels that compute formulas element by element, with broadcasting. */
public interface PointwiseKernels {
  /** Computes a formula; the output may be one of the inputs of the same shape. */
  void compute(Formula formula, EagerTensor output, EagerTensor... inputs);

  /**
   * Computes several formulas of the same inputs, all of one shape. The outputs may be inputs:
   * every formula sees the values before the update.
   */
  default void update(List<Formula> formulas, EagerTensor[] outputs, EagerTensor... inputs) {
    EagerTensor[] results = new EagerTensor[outputs.length];
    for (int i = 0; i < results.length; i++) {
      results[i] = EagerTensor.allocate(outputs[i].spec());
      compute(formulas.get(i), results[i], inputs);
    }
    for (int i = 0; i < results.length; i++) {
      Elements.copy(results[i], outputs[i]);
      results[i].release();
    }
  }
}
