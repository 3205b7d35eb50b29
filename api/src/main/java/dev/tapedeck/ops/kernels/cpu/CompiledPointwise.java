package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.PointwiseKernels;
import dev.tapedeck.tensor.EagerTensor;
import java.util.List;

/** Pointwise kernels that compile formulas to vector instructions. */
final class CompiledPointwise implements PointwiseKernels {
  private final PointwiseKernels reference;

  /** Takes the fallback for types and primitives without vector instructions. */
  CompiledPointwise(PointwiseKernels reference) {
    this.reference = reference;
  }

  @Override
  public void compute(Formula formula, EagerTensor output, EagerTensor... inputs) {
    if (!FormulaLoops.of(formula).alone().run(output, inputs)) {
      reference.compute(formula, output, inputs);
    }
  }

  @Override
  public void update(List<Formula> formulas, EagerTensor[] outputs, EagerTensor... inputs) {
    if (!FormulaLoops.of(formulas.getFirst()).together(formulas).run(outputs, inputs)) {
      PointwiseKernels.super.update(formulas, outputs, inputs);
    }
  }
}
