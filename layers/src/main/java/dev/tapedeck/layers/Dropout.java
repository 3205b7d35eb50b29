package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that sets elements to 0 at random in training, and returns its input unchanged otherwise.
 *
 * <p>In training {@code y = 0} with probability {@code rate}, else {@code y = x / (1 - rate)},
 * which keeps the mean, so nothing is scaled at inference. Every call draws anew.
 *
 * <p>N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: A Simple
 * Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, which scales at inference
 * instead.
 */
public final class Dropout extends BuiltIn<Dropout.Arguments, Dropout> {
  private final RandomGenerator generator; // null for the process's generator

  /**
   * The arguments of a {@link Dropout}.
   *
   * @param rate probability with which an element is set to 0
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, Long seed) {
    /** Checks the arguments. */
    public Arguments {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException(
            "Dropout: the rate, the part that is set to 0, must be in [0, 1), received " + rate);
      }
    }
  }

  private Dropout(Arguments arguments) {
    super(arguments);
    generator = arguments.seed == null ? null : RandomGenerator.of(arguments.seed);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public Dropout(double rate) {
    this(new Arguments(rate, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public Dropout(double rate, long seed) {
    this(new Arguments(rate, seed));
  }

  @Override
  protected Tensor call(Tensor x, boolean training) {
    double rate = args().rate();
    if (!training || rate == 0) {
      return x;
    }
    RandomKey key = generator == null ? RandomKey.next() : generator.next();
    return Regularization.dropout(x, rate, key);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
