package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that repeats a vector as time steps: {@code [batch, features]} gives {@code [batch, n,
 * features]}.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class RepeatVector extends BuiltIn<RepeatVector.Arguments, RepeatVector> {
  /**
   * The arguments of a {@link RepeatVector}.
   *
   * @param n number of steps
   */
  public record Arguments(int n) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("RepeatVector", "n", n);
    }
  }

  private RepeatVector(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of a number of time steps. */
  public RepeatVector(int n) {
    this(new Arguments(n));
  }

  @Override
  protected Tensor call(Tensor x) {
    LayerOptions.requireRank("RepeatVector", "vectors [batch, features]", 2, x);
    return Rearranging.repeat(Shaping.expandDims(x, 1), args().n, 1);
  }
}
