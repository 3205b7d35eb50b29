package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * Padding with a value around a tensor.
 *
 * @param paddings {@code {before, after}} for each axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pad(int[][] paddings, Number value) implements SimpleOp {
  Pad {
    Objects.requireNonNull(value, "pad: value");
    for (int[] ends : paddings) {
      Objects.requireNonNull(ends, "pad: paddings");
    }
  }

  @Override
  public String name() {
    return "pad";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Shape shape = inputs[0].shape();
    check(shape, paddings);
    Operands.number(name(), value, inputs[0].dtype());
    for (int i = 0; i < paddings.length; i++) {
      if (shape.size(i) != Shape.UNKNOWN) {
        shape = shape.with(i, Sizes.sum(name(), shape.size(i), paddings[i][0], paddings[i][1]));
      }
    }
    return new TensorSpec(inputs[0].dtype(), shape);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    Elements.fill(output, value);
    long offset = output.offset();
    for (int i = 0; i < paddings.length; i++) {
      offset += paddings[i][0] * output.strides()[i];
    }
    Elements.copy(inputs[0], output.view(inputs[0].shape(), output.strides(), offset));
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Object[] within = Arrays.stream(paddings).map(Pad::within).toArray();
    return new Tensor[] {upstream.get(within)};
  }

  /** Returns what lies between the paddings of an axis, whose size may be unknown. */
  private static Index within(int[] ends) {
    return new Index.Range((long) ends[0], ends[1] == 0 ? null : -(long) ends[1], 1);
  }

  /** Checks that there is a pair of 0 or more for each axis. */
  static void check(Shape shape, int[][] paddings) {
    boolean fits = paddings.length == shape.rank();
    for (int[] ends : paddings) {
      fits &= ends.length == 2 && ends[0] >= 0 && ends[1] >= 0;
    }
    if (!fits) {
      throw Refusal.of(
          "pad",
          "needs {before, after}, 0 or more, for each axis of " + shape,
          Arrays.deepToString(paddings),
          "use {0, 0} for axes that stay");
    }
  }

  /** Returns the indices that gather an axis with itself mirrored at both ends. */
  static Tensor mirrored(Shape shape, int axis, int[] ends, PadMode mode) {
    long size = shape.size(axis);
    int edge = mode == PadMode.REFLECT ? 1 : 0;
    if (Math.max(ends[0], ends[1]) > size - edge) {
      throw Refusal.of(
          "pad",
          mode
              + " can pad axis "
              + axis
              + " of "
              + shape
              + " by at most "
              + Math.max(size - edge, 0),
          Arrays.toString(ends),
          "pad by less, or with a constant value");
    }
    Shape padded = Shape.of(Sizes.sum("pad", size, ends[0], ends[1]));
    EagerTensor indices = EagerTensor.allocate(new TensorSpec(DType.INT64, padded));
    MemorySegment memory = indices.elements();
    for (long i = 0; i < padded.count(); i++) {
      long at = i - ends[0];
      long folded = at < 0 ? edge - 1 - at : at;
      memory.setAtIndex(Elements.LONG, i, folded < size ? folded : 2 * size - edge - 1 - folded);
    }
    return indices;
  }
}
