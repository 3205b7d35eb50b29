package dev.tapedeck.train;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** Masks of predictions as sample weights, as Keras joins the two. */
public final class SampleMasks {
  private SampleMasks() {}

  /** Returns where both masks are true; either may be null. */
  static Tensor joined(Tensor a, Tensor b) {
    return a == null ? b : b == null ? a : Logic.logicalAnd(a, b);
  }

  /**
   * Returns the weights of the values of a loss: 0 where the mask is false. For a mean they are
   * scaled, so that it is over the places where the mask is true.
   *
   * @param weights sample weights; null for none
   * @param mask mask; null for none
   */
  static Tensor weights(Tensor weights, Tensor mask, Tensor values, Reduction reduction) {
    if (mask == null) {
      return weights;
    }
    Tensor valid = Casting.cast(mask, values.dtype());
    if (reduction == Reduction.SUM_OVER_BATCH_SIZE || reduction == Reduction.MEAN) {
      Tensor share = valid.mean();
      Tensor none = Casting.cast(share.equal(0), values.dtype());
      valid = valid.div(share.add(none));
    }
    return times(weights, valid, values.dtype());
  }

  /**
   * Returns the weights of a metric's values: 0 where the mask is false.
   *
   * @param weights sample weights; null for none
   * @param mask mask; null for none
   */
  public static Tensor weights(Tensor weights, Tensor mask) {
    return mask == null
        ? weights
        : times(weights, Casting.cast(mask, DType.FLOAT32), DType.FLOAT32);
  }

  private static Tensor times(Tensor weights, Tensor mask, DType dtype) {
    if (weights == null) {
      return mask;
    }
    Tensor cast = Casting.cast(weights, dtype);
    return cast.shape().rank() > mask.shape().rank()
        ? Reduction.expand(mask, cast.shape()).mul(cast)
        : Reduction.expand(cast, mask.shape()).mul(mask);
  }
}
