package dev.tapedeck.nn;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** Conversions of floating-point numbers to whole ones of fewer bits, with scales. */
public final class Quantizers {
  /** The largest whole number; the least is its negative. */
  public static final int LARGEST = 127;

  private static final double EPSILON = 1e-7;

  private Quantizers() {}

  /**
   * Whole numbers, and the scales by which they are larger than what they stand for.
   *
   * @param values int8
   * @param scale of the type and rank of what was quantized, with axes of size 1
   */
  public record Quantized(Tensor values, Tensor scale) {}

  /**
   * Returns {@code round(x * scale)} with {@code scale = 127 / (max(abs(x)) + 1e-7)}, the largest
   * along axes, as Keras's {@code abs_max_quantize}; halves are rounded to even numbers. Where a
   * number is NaN or infinite, the scale is NaN or 0.
   *
   * @param axes axes along which numbers share a scale; none for all
   */
  public static Quantized absMaxQuantize(Object x, int... axes) {
    Tensor tensor = Operands.tensor(x);
    Tensor largest = Reductions.max(Maths.abs(tensor), true, axes);
    Tensor scale = Maths.div(LARGEST, largest.add(EPSILON));
    Tensor rounded = Maths.clip(Maths.rint(tensor.mul(scale)), -LARGEST, LARGEST);
    return new Quantized(rounded.cast(DType.INT8), scale);
  }
}
