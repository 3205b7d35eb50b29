package dev.tapedeck.applications;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * A layer that sets whole examples to 0 at random in training, and returns its input unchanged
 * otherwise; before the sum with a block's input it leaves the block out.
 *
 * <p>In training an example is 0 with probability {@code dropPathRate}, else {@code x / (1 -
 * dropPathRate)}.
 *
 * <p>G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Q. Weinberger, "Deep Networks with Stochastic Depth",
 * ECCV 2016.
 */
public final class StochasticDepth extends BuiltIn<StochasticDepth.Arguments, StochasticDepth> {
  /**
   * The arguments of a {@link StochasticDepth}.
   *
   * @param dropPathRate probability with which an example is set to 0
   */
  public record Arguments(double dropPathRate) {
    /** Checks the arguments. */
    public Arguments {
      if (!(dropPathRate >= 0 && dropPathRate < 1)) {
        throw Refusal.of(
            "StochasticDepth", "needs a dropPathRate in [0, 1)", dropPathRate, "give one, as 0.1");
      }
    }
  }

  private StochasticDepth(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that leaves out a part of the examples. */
  public StochasticDepth(double dropPathRate) {
    this(new Arguments(dropPathRate));
  }

  @Override
  protected Tensor call(Tensor x, boolean training) {
    double rate = args().dropPathRate;
    if (!training || rate == 0) {
      return x;
    }
    int[] shared = IntStream.range(1, x.shape().rank()).toArray();
    return Regularization.dropout(x, rate, RandomKey.next(), shared);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
