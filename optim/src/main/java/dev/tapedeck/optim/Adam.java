package dev.tapedeck.optim;

import dev.tapedeck.train.LearningRateSchedule;

/**
 * The Adam optimizer: steps along the running mean of the gradients, divided by the root of the
 * running mean of their squares.
 *
 * <pre>
 * m = m + (1 - beta1) * (g - m)            slot momentum
 * v = v + (1 - beta2) * (g * g - v)        slot velocity
 * w = w - alpha * m / (sqrt(v) + epsilon)
 * alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t)    at step t, from 1
 * </pre>
 *
 * <p>D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. As in Keras,
 * epsilon is the "epsilon hat" of the formulation just before the paper's section 2.1, which weighs
 * more in early steps than epsilon in Algorithm 1.
 *
 * <p>{@code alpha} is computed in double precision. Keras computes it in float32, which changes the
 * length of early steps by a few millionths.
 */
public final class Adam extends AdamOptimizer<Adam> {
  /** Makes an optimizer with a learning rate of 0.001. */
  public Adam() {
    this(0.001);
  }

  /** Makes an optimizer with beta1 0.9, beta2 0.999 and epsilon 1e-7. */
  public Adam(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Adam(LearningRateSchedule learningRate) {
    this(defaults(learningRate));
  }

  /**
   * Makes an optimizer.
   *
   * @param beta1 decay rate of the running mean of the gradients
   * @param beta2 decay rate of the running mean of their squares
   * @param epsilon constant that keeps steps finite where gradients are near 0
   * @throws IllegalArgumentException if the learning rate or epsilon is negative, or a beta is not
   *     in [0, 1)
   */
  public Adam(double learningRate, double beta1, double beta2, double epsilon) {
    this(new Arguments(LearningRateSchedule.constant(learningRate), beta1, beta2, epsilon, false));
  }

  private Adam(Arguments arguments) {
    super(arguments);
  }
}
