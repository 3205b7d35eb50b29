package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.train.Loss;

/**
 * The mean of the cross-entropy of two classes: {@code -label * log(prediction) - (1 - label) *
 * log(1 - prediction)}, for labels of the predictions' shape, {@code [n, ..]}.
 *
 * <p>Keras counts a batch {@code [n]} as one example, whatever n is; here each of its elements is
 * an example.
 */
public final class BinaryCrossentropy
    extends LossMetric<BinaryCrossentropy.Arguments, BinaryCrossentropy> {
  /**
   * The arguments of a {@link BinaryCrossentropy}.
   *
   * @param fromLogits whether predictions are logits
   * @param labelSmoothing share of each label that both classes get in equal parts
   */
  public record Arguments(boolean fromLogits, double labelSmoothing) {
    /** Checks the arguments. */
    public Arguments {
      LossMetric.checkSmoothing("BinaryCrossentropy", labelSmoothing);
    }
  }

  private BinaryCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of probabilities. */
  public BinaryCrossentropy() {
    this(new Arguments(false, 0));
  }

  /** Takes predictions for logits, as those of a model whose last layer has no sigmoid. */
  public BinaryCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  /** Sets the share of each label that both classes get in equal parts; by default 0. */
  public BinaryCrossentropy labelSmoothing(double given) {
    return with("labelSmoothing", given);
  }

  @Override
  Loss loss() {
    var loss = Losses.binaryCrossentropy().labelSmoothing(arguments().labelSmoothing);
    return arguments().fromLogits ? loss.fromLogits() : loss;
  }
}
