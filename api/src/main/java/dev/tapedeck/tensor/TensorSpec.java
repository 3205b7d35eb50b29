package dev.tapedeck.tensor;

import java.util.Objects;

/** The description of a tensor without its values: element type and shape. */
public record TensorSpec(DType dtype, Shape shape) {
  /** Checks that both are given. */
  public TensorSpec {
    Objects.requireNonNull(dtype, "tensor: dtype");
    Objects.requireNonNull(shape, "tensor: shape");
  }

  /** Returns the size of the values in bytes. */
  public long bytes() {
    try {
      return Math.multiplyExact(shape.count(), (long) dtype.bytes());
    } catch (ArithmeticException _) {
      throw Refusal.of(
          "tensor", "the number of bytes must be below 2^63", this, "use smaller sizes");
    }
  }

  /** Returns whether a tensor of this spec may have the other one; an unknown size matches any. */
  public boolean fits(TensorSpec other) {
    return dtype == other.dtype && shape.fits(other.shape);
  }

  /** Returns {@code float32 (32, 10)}. */
  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
