package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Cumulative sums and products along an axis, and differences. {@code exclusive} leaves the element
 * itself out, {@code reverse} starts at the end. Whole numbers wrap around on overflow.
 */
public final class Cumulative {
  private Cumulative() {}

  /** Returns the sums of the elements up to each: {@code [a, b, c] -> [a, a + b, a + b + c]}. */
  public static Tensor cumsum(Object x, int axis) {
    return cumsum(x, axis, false, false);
  }

  /**
   * Returns the sums of the elements up to each, or from each on if reversed; exclusive ones start
   * with 0.
   */
  public static Tensor cumsum(Object x, int axis, boolean exclusive, boolean reverse) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "cumsum");
    return new Cumulate("cumsum", Primitive.ADD, along, exclusive, reverse).applyTo(tensor);
  }

  /** Returns the products of the elements up to each: {@code [a, b, c] -> [a, ab, abc]}. */
  public static Tensor cumprod(Object x, int axis) {
    return cumprod(x, axis, false, false);
  }

  /**
   * Returns the products of the elements up to each, or from each on if reversed; exclusive ones
   * start with 1. The gradient is correct at zeros, too.
   */
  public static Tensor cumprod(Object x, int axis, boolean exclusive, boolean reverse) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "cumprod");
    return new Cumulate("cumprod", Primitive.MUL, along, exclusive, reverse).applyTo(tensor);
  }

  /**
   * Returns the differences of neighbouring elements along an axis, {@code [a, b, c] -> [b - a, c -
   * b]}, and of these again, {@code times} in all.
   *
   * @throws IllegalArgumentException if {@code times} is below 0, or the type is not numeric
   */
  public static Tensor diff(Object x, int times, int axis) {
    Tensor tensor = Operands.tensor(x);
    Checks.numeric("diff", tensor.dtype());
    Checks.atLeast("diff", "times", 0, times, "use 1 for differences of neighbours");
    int along = tensor.shape().axis(axis, "diff");
    for (int i = 0; i < times && tensor.shape().size(along) != 0; i++) {
      tensor = part(tensor, along, Index.from(1)).sub(part(tensor, along, Index.to(-1)));
    }
    return tensor;
  }

  private static Tensor part(Tensor x, int axis, Index range) {
    Index[] indices = new Index[axis + 1];
    Arrays.fill(indices, Index.ALL);
    indices[axis] = range;
    return Indexing.get(x, (Object[]) indices);
  }

  private record Cumulate(
      String name, Primitive combine, int axis, boolean exclusive, boolean reverse)
      implements SimpleOp {
    Cumulate {
      Objects.requireNonNull(name, "cumulative: name");
      if (combine != Primitive.ADD && combine != Primitive.MUL) {
        throw Refusal.of(name, "sums or multiplies", combine, "use ADD or MUL");
      }
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.axis(this, axis, inputs[0].shape());
      Checks.numeric(name, inputs[0].dtype());
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor x = inputs[0].dense();
      if (x.shape().count() == 0) {
        return;
      }
      AxisLines lanes = AxisLines.along(axis, x.shape());
      if (x.dtype() == DType.FLOAT32) {
        new RunningFloats(combine == Primitive.MUL, exclusive, reverse)
            .run(kernels, x, output, lanes);
        return;
      }
      long step = reverse ? -lanes.step() : lanes.step();
      lanes.parallel(
          kernels,
          lane -> {
            long first = lanes.start(lane) + (reverse ? (lanes.size() - 1) * lanes.step() : 0);
            if (x.dtype().isFloating()) {
              floating(x, output, first, step, lanes.size());
            } else {
              whole(x, output, first, step, lanes.size());
            }
          });
    }

    private void floating(EagerTensor x, EagerTensor output, long first, long step, long size) {
      DoubleBinaryOperator function = combine.binary();
      DType dtype = x.dtype();
      MemorySegment from = x.elements();
      MemorySegment to = output.elements();
      double total = combine == Primitive.MUL ? 1 : 0;
      for (long j = 0, at = first; j < size; j++, at += step) {
        double next = function.applyAsDouble(total, Elements.getDouble(dtype, from, at));
        Elements.setDouble(dtype, to, at, exclusive ? total : next);
        total = next;
      }
    }

    private void whole(EagerTensor x, EagerTensor output, long first, long step, long size) {
      LongBinaryOperator function = combine.wholeBinary();
      DType dtype = x.dtype();
      MemorySegment from = x.elements();
      MemorySegment to = output.elements();
      long total = combine == Primitive.MUL ? 1 : 0;
      for (long j = 0, at = first; j < size; j++, at += step) {
        long next = function.applyAsLong(total, Elements.getLong(dtype, from, at));
        Elements.setLong(dtype, to, at, exclusive ? total : next);
        total = next;
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      if (combine == Primitive.ADD) {
        return new Tensor[] {cumsum(upstream, axis, exclusive, !reverse)};
      }
      Tensor x = call.input(0);
      Tensor before = exclusive ? call.output() : cumprod(x, axis, true, reverse);
      Tensor after =
          new LinearRecurrence(axis, !reverse).applyTo(x, exclusive ? upstream : x.mul(upstream));
      return new Tensor[] {before.mul(exclusive ? after : upstream.add(after))};
    }
  }

  /**
   * A linear recurrence along an axis: {@code y[0] = 0} and {@code y[i + 1] = a[i] * y[i] + b[i]}.
   * It needs no division, so gradients of products use it; its own gradient is one in the other
   * direction.
   */
  private record LinearRecurrence(int axis, boolean reverse) implements SimpleOp {
    @Override
    public String name() {
      return "cumprod/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Checks.axis(this, axis, inputs[0].shape());
      Checks.sameFloating(name(), inputs);
      Checks.spec(name(), inputs[0], inputs[1]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      DType dtype = output.dtype();
      MemorySegment a = inputs[0].dense().elements();
      MemorySegment b = inputs[1].dense().elements();
      MemorySegment to = output.elements();
      AxisLines lanes = AxisLines.along(axis, output.shape());
      long step = reverse ? -lanes.step() : lanes.step();
      lanes.parallel(
          kernels,
          lane -> {
            long at = lanes.start(lane) + (reverse ? (lanes.size() - 1) * lanes.step() : 0);
            double y = 0;
            for (long j = 0; j < lanes.size(); j++, at += step) {
              Elements.setDouble(dtype, to, at, y);
              // Not 0 times the first element, which may be infinite.
              y =
                  (j == 0 ? 0 : Elements.getDouble(dtype, a, at) * y)
                      + Elements.getDouble(dtype, b, at);
            }
          });
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor toB = new LinearRecurrence(axis, !reverse).applyTo(call.input(0), upstream);
      return new Tensor[] {call.needs(0) ? toB.mul(call.output()) : null, toB};
    }
  }
}
