package dev.tapedeck.tensor;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Masks;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;

/**
 * The operators of Python, and the commonest reductions and shape changes, as methods of tensors
 * and variables. Each is one line: the op itself is in {@code dev.tapedeck.ops}.
 *
 * <p>Only this interface of the package depends on the ops.
 */
public interface Operators {
  /** Returns {@code this + other}. */
  default Tensor add(Object other) {
    return Maths.add(this, other);
  }

  /** Returns {@code this - other}. */
  default Tensor sub(Object other) {
    return Maths.sub(this, other);
  }

  /** Returns {@code this * other}, element by element. */
  default Tensor mul(Object other) {
    return Maths.mul(this, other);
  }

  /** Returns {@code this / other}, of floating point numbers. */
  default Tensor div(Object other) {
    return Maths.div(this, other);
  }

  /** Returns {@code this // other}, the quotient rounded down. */
  default Tensor floorDiv(Object other) {
    return Maths.floorDiv(this, other);
  }

  /** Returns {@code this % other}, with the sign of {@code other}. */
  default Tensor mod(Object other) {
    return Maths.mod(this, other);
  }

  /** Returns {@code this ** other}. */
  default Tensor pow(Object other) {
    return Maths.pow(this, other);
  }

  /** Returns {@code -this}. */
  default Tensor neg() {
    return Maths.neg(this);
  }

  /** Returns {@code abs(this)}. */
  default Tensor abs() {
    return Maths.abs(this);
  }

  /** Returns {@code this @ other}, the matrix product. */
  default Tensor matmul(Object other) {
    return Linalg.matmul(this, other);
  }

  /** Returns where {@code this == other}. */
  default Tensor equal(Object other) {
    return Logic.equal(this, other);
  }

  /** Returns where {@code this != other}. */
  default Tensor notEqual(Object other) {
    return Logic.notEqual(this, other);
  }

  /** Returns where {@code this < other}. */
  default Tensor less(Object other) {
    return Logic.less(this, other);
  }

  /** Returns where {@code this <= other}. */
  default Tensor lessEqual(Object other) {
    return Logic.lessEqual(this, other);
  }

  /** Returns where {@code this > other}. */
  default Tensor greater(Object other) {
    return Logic.greater(this, other);
  }

  /** Returns where {@code this >= other}. */
  default Tensor greaterEqual(Object other) {
    return Logic.greaterEqual(this, other);
  }

  /** Returns the sum over axes, or over all. */
  default Tensor sum(int... axes) {
    return Reductions.sum(this, axes);
  }

  /** Returns the mean over axes, or over all. */
  default Tensor mean(int... axes) {
    return Reductions.mean(this, axes);
  }

  /** Returns the largest element over axes, or over all. */
  default Tensor max(int... axes) {
    return Reductions.max(this, axes);
  }

  /** Returns the smallest element over axes, or over all. */
  default Tensor min(int... axes) {
    return Reductions.min(this, axes);
  }

  /** Returns {@code this[indices]}; see {@link Index}. */
  default Tensor get(Object... indices) {
    return Indexing.get(this, indices);
  }

  /** Returns the same elements in another shape; one size may be -1. */
  default Tensor reshape(long... shape) {
    return Shaping.reshape(this, shape);
  }

  /** Returns the elements in another type; see {@link Casting#cast}. */
  default Tensor cast(DType dtype) {
    return Casting.cast(this, dtype);
  }

  /** Returns the tensor with its axes reversed. */
  default Tensor transpose() {
    return Shaping.transpose(this);
  }

  /** Returns the same elements, dense and row-major in memory; see {@link Shaping#contiguous}. */
  default Tensor contiguous() {
    return Shaping.contiguous(this);
  }

  /**
   * Returns the same values with a mask, which replaces the present one; gradients pass.
   *
   * @param mask a bool tensor of the shape of the first axes, {@code [n, time]}, false where there
   *     is padding
   * @throws IllegalArgumentException if its type or shape is another
   */
  default Tensor withMask(Object mask) {
    return Masks.withMask(this, mask);
  }
}
