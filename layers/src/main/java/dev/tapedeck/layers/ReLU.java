package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;

/**
 * A rectified linear unit: {@code y = min(x, maxValue)} where {@code x} is above the threshold,
 * else {@code y = negativeSlope * (x - threshold)}.
 *
 * <p>X. Glorot, A. Bordes, Y. Bengio, "Deep Sparse Rectifier Neural Networks", AISTATS 2011.
 */
public final class ReLU extends BuiltIn<ReLU.Arguments, ReLU> {
  /**
   * The arguments of a {@link ReLU}, each 0 or more.
   *
   * @param maxValue largest output; null for no limit
   * @param negativeSlope slope at and below the threshold
   * @param threshold number above which the slope is 1
   */
  public record Arguments(Double maxValue, double negativeSlope, double threshold) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireNonNegative("ReLU", "maxValue", maxValue == null ? 0 : maxValue);
      LayerOptions.requireNonNegative("ReLU", "negativeSlope", negativeSlope);
      LayerOptions.requireNonNegative("ReLU", "threshold", threshold);
    }
  }

  private ReLU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that computes {@code max(x, 0)}. */
  public ReLU() {
    this(new Arguments(null, 0, 0));
  }

  /** Makes a layer that computes {@code min(max(x, 0), maxValue)}. */
  public ReLU(double maxValue) {
    this(new Arguments(maxValue, 0, 0));
  }

  /** Sets the largest output; by default there is no limit. */
  public ReLU maxValue(double maxValue) {
    return with("maxValue", maxValue);
  }

  /** Sets the slope at and below the threshold; by default 0. */
  public ReLU negativeSlope(double negativeSlope) {
    return with("negativeSlope", negativeSlope);
  }

  /** Sets the number above which the slope is 1; by default 0. */
  public ReLU threshold(double threshold) {
    return with("threshold", threshold);
  }

  @Override
  protected Tensor call(Tensor x) {
    Arguments args = args();
    if (args.equals(new Arguments(null, 0, 0))) {
      return Activations.relu(x);
    }
    double most = args.maxValue == null ? Double.POSITIVE_INFINITY : args.maxValue;
    return Activations.relu(x, args.negativeSlope, most, args.threshold);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
