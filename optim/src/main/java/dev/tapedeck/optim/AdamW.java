package dev.tapedeck.optim;

import dev.tapedeck.train.LearningRateSchedule;

/**
 * {@link Adam} with a weight decay of 0.004 by default: before each step, weights lose {@code
 * weightDecay * rate * w}.
 *
 * <p>I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. As in Keras, the
 * decay is multiplied by the learning rate; in the paper only by its schedule.
 */
public final class AdamW extends AdamOptimizer<AdamW> {
  /** Makes an optimizer with a learning rate of 0.001. */
  public AdamW() {
    this(0.001);
  }

  /** Makes an optimizer with beta1 0.9, beta2 0.999 and epsilon 1e-7. */
  public AdamW(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public AdamW(LearningRateSchedule learningRate) {
    this(defaults(learningRate));
  }

  private AdamW(Arguments arguments) {
    super(arguments);
    weightDecay(0.004);
  }
}
