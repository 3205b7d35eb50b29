package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

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
public final class Dropout extends RandomLayer<Dropout.Arguments, Dropout> {
  /**
   * The arguments of a {@link Dropout}.
   *
   * @param rate probability with which an element is set to 0
   * @param noiseShape sizes of the draws, 1 along axes whose elements share one, -1 for the
   *     input's; null for a draw for each element
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, List<Integer> noiseShape, Long seed) {
    /** Checks the arguments. */
    public Arguments {
      checkRate("Dropout", rate);
      noiseShape = NoiseShapes.checked("Dropout", noiseShape);
    }
  }

  private Dropout(Arguments arguments) {
    super(arguments, arguments.seed);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public Dropout(double rate) {
    this(new Arguments(rate, null, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public Dropout(double rate, long seed) {
    this(new Arguments(rate, null, seed));
  }

  /**
   * Sets the sizes of the draws: 1 along axes whose elements share one, -1 for the input's. {@code
   * noiseShape(-1, 1, -1)} drops whole features of sequences.
   */
  public Dropout noiseShape(int... sizes) {
    return with("noiseShape", NoiseShapes.of(sizes));
  }

  @Override
  boolean changes() {
    return args().rate > 0;
  }

  @Override
  Tensor changed(Tensor x, RandomKey key) {
    int[] shared = NoiseShapes.sharedAxes("Dropout", args().noiseShape, x.shape());
    return Regularization.dropout(x, args().rate, key, shared);
  }
}
