package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;

/**
 * A leaky rectified linear unit: {@code y = x} where {@code x} is above 0, else {@code y =
 * negativeSlope * x}.
 *
 * <p>A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic
 * Models", ICML 2013.
 */
public final class LeakyReLU extends BuiltIn<LeakyReLU.Arguments, LeakyReLU> {
  /**
   * The arguments of a {@link LeakyReLU}.
   *
   * @param negativeSlope slope below 0, 0 or more
   */
  public record Arguments(double negativeSlope) {
    /** Checks the slope. */
    public Arguments {
      LayerOptions.requireNonNegative("LeakyReLU", "negativeSlope", negativeSlope);
    }
  }

  private LeakyReLU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with a slope of 0.3. */
  public LeakyReLU() {
    this(0.3);
  }

  /** Makes a layer. */
  public LeakyReLU(double negativeSlope) {
    this(new Arguments(negativeSlope));
  }

  @Override
  protected Tensor call(Tensor x) {
    return Activations.leakyRelu(x, args().negativeSlope);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
