package dev.tapedeck.ops.neural;

import dev.tapedeck.tensor.Shape;

/**
 * Advice for errors about labels whose shape does not fit that of predictions.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class LabelAdvice {
  private static final String FLATTEN =
      "each label has several rows of predictions: does the model lack a Flatten before its last"
          + " layer?";

  private LabelAdvice() {}

  /**
   * Returns the advice for labels that are classes, {@code [..]} for scores {@code [.., classes]}.
   *
   * @param forOneHot the name of the loss or metric for one-hot labels
   */
  public static String classes(Shape labels, Shape scores, String forOneHot) {
    if (labels.isScalar()) {
      return "give a label for each example";
    }
    if (labels.fits(scores) && scores.size(-1) != 1) {
      return "they look one-hot: use " + forOneHot + " for them, or argmax(labels, -1)";
    }
    return labels.rank() < scores.rank() - 1 && begins(labels, scores)
        ? FLATTEN
        : "squeeze the labels, or use " + forOneHot + " for one-hot ones";
  }

  /**
   * Returns the advice for labels that have the shape of the predictions.
   *
   * @param forClasses the name of the loss or metric for labels that are classes; null for none
   */
  public static String alike(Shape labels, Shape predictions, String forClasses) {
    boolean fewer = labels.rank() < predictions.rank() && begins(labels, predictions);
    if (fewer && labels.rank() == predictions.rank() - 1) {
      long last = predictions.size(-1);
      return last == 1
          ? "expandDims(labels, -1), or squeeze the predictions"
          : forClasses == null
              ? "give as many labels as outputs, or the model a last layer with 1 unit"
              : "labels that are classes need " + forClasses + ", or oneHot(labels, " + last + ")";
    }
    if (labels.rank() == 2 && predictions.rank() > 2 && labels.size(0) == predictions.size(0)) {
      return FLATTEN;
    }
    return "reshape or squeeze one";
  }

  private static boolean begins(Shape labels, Shape predictions) {
    return !labels.isScalar() && labels.fits(predictions.slice(0, labels.rank()));
  }
}
