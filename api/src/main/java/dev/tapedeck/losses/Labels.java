package dev.tapedeck.losses;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.Tensor;

/** Labels of the predictions' shape. */
final class Labels {
  private Labels() {}

  /** Returns labels cast to the predictions' type, after a check that the shapes are equal. */
  static Tensor alike(String who, Tensor labels, Tensor predictions) {
    return alike(who, labels, predictions, null);
  }

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
}
