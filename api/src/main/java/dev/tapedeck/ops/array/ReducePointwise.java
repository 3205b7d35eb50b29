package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** A reduction fused with the pointwise op that produces its input, which is never stored. */
record ReducePointwise(Pointwise formula, Reduce reduction) implements SimpleOp {
  ReducePointwise {
    Objects.requireNonNull(formula, "reduction: formula");
    Objects.requireNonNull(reduction, "reduction: kind");
  }

  @Override
  public String name() {
    return formula.title() + "_" + reduction.title();
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    return reduction.inferOutput(formula.inferOutput(inputs));
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    TensorSpec[] specs = new TensorSpec[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      specs[i] = inputs[i].spec();
    }
    TensorSpec values = formula.inferOutput(specs);
    boolean some = values.shape().count() > 0 && reduction.axes().length > 0;
    if (!some
        || !kernels
            .reductions()
            .reduce(
                formula.formula(),
                reduction.kind(),
                values.shape(),
                reduction.axes(),
                output,
                inputs)) {
      EagerTensor all = formula.execute(kernels, new TensorSpec[] {values}, inputs)[0];
      reduction.executeInto(kernels, output, all);
      all.release();
    }
  }

  /** No gradient: gradients are taken of graphs as traced, before this op is made. */
  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    throw new IllegalStateException(name() + ": has no gradient; it was made of two ops by a pass");
  }
}
