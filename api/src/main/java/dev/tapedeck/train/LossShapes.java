package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/** Checks of the shapes of losses. */
final class LossShapes {
  private LossShapes() {}

  /**
   * Checks that a loss did not stretch labels and predictions of different shapes to each other, as
   * {@code [n]} and {@code [n, 1]} become {@code [n, n]}.
   */
  static void requireNotBroadcast(Tensor values, Tensor labels, Tensor predictions) {
    Shape of = values.shape();
    boolean stretched =
        of.isKnown()
            && labels.shape().isKnown()
            && predictions.shape().isKnown()
            && labels.shape().broadcastsTo(of)
            && predictions.shape().broadcastsTo(of)
            && of.count() > Math.max(labels.shape().count(), predictions.shape().count());
    if (stretched) {
      throw Refusal.of(
          "loss",
          "needs labels and predictions that it does not stretch to each other",
          "labels "
              + labels.shape()
              + " and predictions "
              + predictions.shape()
              + ", which gave "
              + of,
          "reshape one, as labels.reshape(-1, 1)");
    }
  }
}
