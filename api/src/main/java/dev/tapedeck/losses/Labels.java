package dev.tapedeck.losses;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;

/** Labels of the predictions' shape. */
final class Labels {
  private Labels() {}

  /**
   * Returns labels cast to the predictions' type, after a check that the shapes are equal.
   *
   * @param forClasses the loss for integer class labels; null for none
   */
  static Tensor alike(String who, Tensor labels, Tensor predictions, String forClasses) {
    if (!labels.shape().fits(predictions.shape())) {
      throw new IllegalArgumentException(
          who
              + ": labels "
              + labels.shape()
              + " and predictions "
              + predictions.shape()
              + " must have equal shapes; they are not broadcast: "
              + LabelAdvice.alike(labels.shape(), predictions.shape(), forClasses));
    }
    Tensor cast = Casting.cast(labels, predictions.dtype());
    return CheckSizes.check(who, "labels", cast, predictions);
  }

  /** Returns labels of -1 and 1, if all are 0 or 1; else the labels. */
  static Tensor signs(Tensor y) {
    Tensor bits = Reductions.all(Logic.logicalOr(y.equal(0), y.equal(1)));
    return Logic.where(bits, y.mul(2).sub(1), y);
  }

  /** Returns labels of which both classes get a share in equal parts. */
  static Tensor smooth(Tensor y, double share) {
    return share == 0 ? y : y.mul(1 - share).add(share / 2);
  }

  /** Returns labels of which all classes on an axis get a share in equal parts. */
  static Tensor smooth(Tensor y, double share, int axis) {
    return share == 0 ? y : y.mul(1 - share).add(Probabilities.even(y, axis).mul(share));
  }
}
