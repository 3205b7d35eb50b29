package dev.tapedeck.optim;

import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * Base of {@link Adam} and {@link AdamW}, which differ in their default weight decay.
 *
 * @param <O> the optimizer itself
 */
abstract sealed class AdamOptimizer<O extends AdamOptimizer<O>> extends PointwiseOptimizer
    permits Adam, AdamW {
  /**
   * The arguments.
   *
   * @param learningRate learning rate of each step
   * @param beta1 decay rate of the running mean of the gradients
   * @param beta2 decay rate of the running mean of their squares
   * @param epsilon constant that keeps steps finite where gradients are near 0
   * @param amsgrad whether to divide by the largest running mean of squares so far
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double beta1,
      double beta2,
      double epsilon,
      boolean amsgrad) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireDecay("Adam", "beta1", beta1);
      Ranges.requireDecay("Adam", "beta2", beta2);
      Ranges.requireNotNegative("Adam", "epsilon", epsilon);
    }
  }

  AdamOptimizer(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  static Arguments defaults(LearningRateSchedule learningRate) {
    return new Arguments(learningRate, 0.9, 0.999, 1e-7, false);
  }

  @Override
  public final Arguments arguments() {
    return (Arguments) super.arguments();
  }

  @SuppressWarnings("unchecked") // O is the class that extends this
  private O with(String argument, Object value) {
    argument(argument, value);
    return (O) this;
  }

  /** Sets the decay rate of the running mean of the gradients; by default 0.9. */
  public final O beta1(double beta1) {
    return with("beta1", beta1);
  }

  /** Sets the decay rate of the running mean of the squares; by default 0.999. */
  public final O beta2(double beta2) {
    return with("beta2", beta2);
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public final O epsilon(double epsilon) {
    return with("epsilon", epsilon);
  }

  /**
   * Sets whether to divide by the largest running mean of squares so far, the slot {@code
   * velocity_hat}; by default false.
   *
   * <p>S. Reddi, S. Kale, S. Kumar, "On the Convergence of Adam and Beyond", ICLR 2018.
   */
  public final O amsgrad(boolean amsgrad) {
    return with("amsgrad", amsgrad);
  }

  @Override
  protected final void update(UpdateFormula f) {
    Arguments a = arguments();
    RunningMoments.adam(f, f.rate(), a.beta1, a.beta2, a.epsilon, a.amsgrad);
  }
}
