package dev.tapedeck.metrics;

import java.util.Locale;

/** Outcome of a prediction of one of two classes: whether label and prediction are positive. */
enum Outcome {
  TRUE_POSITIVES(true, true),
  FALSE_POSITIVES(false, true),
  TRUE_NEGATIVES(false, false),
  FALSE_NEGATIVES(true, false);

  private final boolean label;
  private final boolean prediction;

  Outcome(boolean label, boolean prediction) {
    this.label = label;
    this.prediction = prediction;
  }

  /** Returns whether labels of this outcome are positive. */
  boolean label() {
    return label;
  }

  /** Returns whether predictions of this outcome are positive. */
  boolean prediction() {
    return prediction;
  }

  /** Returns the name of the variable that counts it, as in Keras. */
  String variable() {
    return name().toLowerCase(Locale.ROOT);
  }
}
