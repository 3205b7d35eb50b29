package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Refusal;

/**
 * The F score of each class, the weighted harmonic mean of precision and recall: {@code (1 +
 * beta^2) precision * recall / (beta^2 precision + recall)}; of a class that is neither label nor
 * prediction, 0.
 *
 * <p>Labels are 0 and 1 in the shape of the predictions, {@code [n, classes]}. Of an example the
 * largest prediction is positive, the first of equal ones, or with a threshold those above it.
 * Keras takes all of equal ones, and none where the largest is 0. With NaN no prediction of an
 * example is positive.
 */
public final class FBetaScore extends FBeta<FBetaScore.Arguments, FBetaScore> {
  /** Average over classes. */
  public enum Average {
    /** The score of the counts of all classes together. */
    MICRO,
    /** The mean of the classes' scores. */
    MACRO,
    /** The mean of the classes' scores, weighted by the number of positive labels. */
    WEIGHTED
  }

  /**
   * The arguments of an {@link FBetaScore}.
   *
   * @param average average over classes; null for none
   * @param beta weight of recall, above 0
   * @param threshold number above which a prediction is positive; null for the largest alone
   */
  public record Arguments(Average average, double beta, Double threshold)
      implements FBeta.Arguments {
    /** Checks the arguments. */
    public Arguments {
      if (!(beta > 0)) {
        throw Refusal.of("FBetaScore", "beta must be above 0", beta, "use 1 for equal weights");
      }
      check("FBetaScore", threshold);
    }
  }

  private FBetaScore(Arguments arguments) {
    super(arguments);
    name("fbeta_score");
  }

  /** Makes a metric without an average, with a beta of 1. */
  public FBetaScore() {
    this(new Arguments(null, 1, null));
  }

  /** Sets the weight of recall; by default 1. */
  public FBetaScore beta(double given) {
    return with("beta", given);
  }
}
