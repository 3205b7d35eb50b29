package dev.tapedeck.metrics;

/**
 * The F1 score of each class, the harmonic mean of precision and recall: {@code 2 precision *
 * recall / (precision + recall)}; of a class that is neither label nor prediction, 0.
 *
 * <p>Labels are 0 and 1 in the shape of the predictions, {@code [n, classes]}. Of an example the
 * largest prediction is positive, the first of equal ones, or with a threshold those above it. See
 * {@link FBetaScore}.
 */
public final class F1Score extends FBeta<F1Score.Arguments, F1Score> {
  /**
   * The arguments of an {@link F1Score}.
   *
   * @param average average over classes; null for none
   * @param threshold number above which a prediction is positive; null for the largest alone
   */
  public record Arguments(FBetaScore.Average average, Double threshold) implements FBeta.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check("F1Score", threshold);
    }
  }

  private F1Score(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric without an average. */
  public F1Score() {
    this(new Arguments(null, null));
  }
}
