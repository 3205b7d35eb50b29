package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.train.Loss;

/**
 * The mean of the absolute differences between labels and predictions of the same shape: {@code
 * mean(|label - prediction|)}.
 *
 * <p>Keras counts a batch {@code [n]} as one example, whatever n is; here each of its elements is
 * an example.
 */
public final class MeanAbsoluteError
    extends LossMetric<MeanAbsoluteError.Arguments, MeanAbsoluteError> {
  /** The arguments of a {@link MeanAbsoluteError}: none. */
  public record Arguments() {}

  private MeanAbsoluteError(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public MeanAbsoluteError() {
    this(new Arguments());
  }

  @Override
  Loss loss() {
    return Losses.meanAbsoluteError();
  }
}
