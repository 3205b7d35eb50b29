package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.train.Loss;

/**
 * The mean of the squared differences between labels and predictions of the same shape: {@code
 * mean((label - prediction)^2)}.
 *
 * <p>Keras counts a batch {@code [n]} as one example, whatever n is; here each of its elements is
 * an example.
 */
public final class MeanSquaredError
    extends LossMetric<MeanSquaredError.Arguments, MeanSquaredError> {
  /** The arguments of a {@link MeanSquaredError}: none. */
  public record Arguments() {}

  private MeanSquaredError(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public MeanSquaredError() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public MeanSquaredError(String name) {
    this();
    name(name);
  }

  @Override
  Loss loss() {
    return Losses.meanSquaredError();
  }
}
