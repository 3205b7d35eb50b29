package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that sets elements to the limit of SELU below 0 at random in training, and returns its
 * input unchanged otherwise.
 *
 * <p>In training {@code y = a * (limit or x) + b}, with {@code limit = -1.758} of probability
 * {@code rate}, and {@code a}, {@code b} that keep a mean of 0 and a variance of 1. Every call
 * draws anew.
 *
 * <p>G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, "Self-Normalizing Neural Networks",
 * NeurIPS 2017.
 */
public final class AlphaDropout extends RandomLayer<AlphaDropout.Arguments, AlphaDropout> {
  /**
   * The arguments of an {@link AlphaDropout}.
   *
   * @param rate probability with which an element is set to the limit
   * @param noiseShape sizes of the draws, 1 along axes whose elements share one, -1 for the
   *     input's; null for a draw for each element
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, List<Integer> noiseShape, Long seed) {
    /** Checks the arguments. */
    public Arguments {
      checkRate("AlphaDropout", rate);
      noiseShape = NoiseShapes.checked("AlphaDropout", noiseShape);
    }
  }

  private AlphaDropout(Arguments arguments) {
    super(arguments, arguments.seed);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public AlphaDropout(double rate) {
    this(new Arguments(rate, null, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public AlphaDropout(double rate, long seed) {
    this(new Arguments(rate, null, seed));
  }

  /**
   * Sets the sizes of the draws: 1 along axes whose elements share one, -1 for the input's. {@code
   * noiseShape(-1, 1, -1)} drops whole features of sequences.
   */
  public AlphaDropout noiseShape(int... sizes) {
    return with("noiseShape", NoiseShapes.of(sizes));
  }

  @Override
  boolean changes() {
    return args().rate > 0;
  }

  @Override
  Tensor changed(Tensor x, RandomKey key) {
    int[] shared = NoiseShapes.sharedAxes("AlphaDropout", args().noiseShape, x.shape());
    return Regularization.alphaDropout(x, args().rate, key, shared);
  }
}
