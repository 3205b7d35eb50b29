package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** A reduction fused with the pointwise op that produces its input, which is never stored. */
record ReducePointwise(Pointwise formula, Reduce reduction) implements SimpleOp {
  /** The number of values that are stored at a time. */
  private static final long SLAB = 1 << 16;

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
    int[] axes = reduction.axes();
    Shape shape = values.shape();
    boolean done =
        some
            && kernels
                .reductions()
                .reduce(formula.formula(), reduction.kind(), shape, axes, output, inputs);
    if (!done && some && axes[0] > 0 && shape.count() > SLAB) {
      inSlabs(kernels, values, output, inputs);
    } else if (!done) {
      EagerTensor all = formula.execute(kernels, new TensorSpec[] {values}, inputs)[0];
      reduction.executeInto(kernels, output, all);
      all.release();
    }
  }

  /** Computes and reduces parts of the first axis, whose values stay in a cache meanwhile. */
  private void inSlabs(
      Kernels kernels, TensorSpec values, EagerTensor output, EagerTensor... inputs) {
    Shape shape = values.shape();
    long most = Math.max(SLAB / (shape.count() / shape.size(0)), 1);
    EagerTensor all = EagerTensor.allocate(new TensorSpec(values.dtype(), shape.with(0, most)));
    EagerTensor[] parts = new EagerTensor[inputs.length];
    for (long start = 0; start < shape.size(0); start += most) {
      long rows = Math.min(most, shape.size(0) - start);
      for (int i = 0; i < parts.length; i++) {
        parts[i] = slab(inputs[i].broadcastTo(shape), start, rows);
      }
      EagerTensor part = slab(all, 0, rows);
      kernels.pointwise().compute(formula.formula(), part, parts);
      kernels
          .reductions()
          .reduce(reduction.kind(), part, reduction.axes(), slab(output, start, rows));
    }
    all.release();
  }

  private static EagerTensor slab(EagerTensor x, long start, long rows) {
    return x.view(x.shape().with(0, rows), x.strides(), x.offset() + start * x.strides()[0]);
  }

  /** No gradient: gradients are taken of graphs as traced, before this op is made. */
  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    throw new IllegalStateException(name() + ": has no gradient; it was made of two ops by a pass");
  }
}
