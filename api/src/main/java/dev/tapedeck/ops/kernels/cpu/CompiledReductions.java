package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.ops.kernels.ReductionKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.EnumMap;
import java.util.Map;

/** Reduction kernels compiled to vector instructions. */
final class CompiledReductions implements ReductionKernels {
  private final ReductionKernels reference;
  private final Map<Reduction, CompiledReduction> reductions = new EnumMap<>(Reduction.class);

  /** Takes the fallback for types without vector instructions. */
  CompiledReductions(ReductionKernels reference) {
    this.reference = reference;
    for (Reduction reduction : Reduction.values()) {
      reductions.put(reduction, new CompiledReduction(reduction));
    }
  }

  @Override
  public void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output) {
    // Dense, because the order of additions must not depend on the memory layout.
    EagerTensor dense = input.dense();
    boolean done =
        axes.length > 0 && reductions.get(reduction).run(output, dense.shape(), axes, dense);
    if (!done) {
      reference.reduce(reduction, dense, axes, output);
    }
  }

  @Override
  public boolean addsByExample() {
    return true;
  }

  @Override
  public boolean reduce(
      Formula formula,
      Reduction reduction,
      Shape shape,
      int[] axes,
      EagerTensor output,
      EagerTensor... inputs) {
    return FormulaLoops.of(formula)
        .reduced(reductions.get(reduction))
        .runDense(output, shape, axes, inputs);
  }

  @Override
  public void scatter(
      EagerTensor rows, long size, long copies, long first, long[] places, EagerTensor output) {
    new Scatter(rows, size, copies, first, output).add(places);
  }
}
