package dev.tapedeck.nn;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;

/**
 * An initializer of a convolution's kernel that makes it a short-time Fourier transform.
 *
 * <p>The kernel is {@code [time, 1, frequencies]}, of the lower half of the frequencies: {@code
 * window(t) * cos(-2 pi t f / (2 frequencies - 2))}, divided by the window's norm.
 *
 * @param side part of the complex transform
 * @param window window function; null for none, and no scaling
 * @param scaling norm of the window that the kernel is divided by; null for none
 * @param periodic whether the window is a periodic one
 */
public record STFT(Side side, WindowFunction window, Scaling scaling, boolean periodic)
    implements Initializer {
  /** A part of the complex transform. */
  public enum Side {
    /** The real part: cosines. */
    REAL,
    /** The imaginary part: sines. */
    IMAG
  }

  /** A norm of the window. */
  public enum Scaling {
    /** The root of the sum of squares. */
    DENSITY,
    /** The sum of absolute values. */
    SPECTRUM
  }

  /** Checks that there is a side. */
  public STFT {
    Objects.requireNonNull(side, "STFT: side");
  }

  /**
   * Returns the kernel.
   *
   * @throws IllegalArgumentException if the shape is not {@code [time, 1, frequencies]}, of 2
   *     frequencies or more, or the window has another length
   */
  @Override
  public Tensor create(RandomKey key, TensorSpec spec) {
    Shape shape = spec.shape();
    if (shape.rank() != 3 || shape.size(0) < 1 || shape.size(1) != 1 || shape.size(2) < 2) {
      throw Parameters.refusal(
          this,
          "needs a shape (time, 1, frequencies) of 2 frequencies or more",
          shape,
          "use it for the kernels of one-dimensional convolutions of one channel");
    }
    int frequencies = Math.toIntExact(shape.size(2));
    double[] weights = weights(Math.toIntExact(shape.size(0)));
    double[] kernel = new double[Math.multiplyExact(weights.length, frequencies)];
    for (int t = 0; t < weights.length; t++) {
      for (int f = 0; f < frequencies; f++) {
        double angle = -2 * Math.PI * t * f / (2.0 * (frequencies - 1));
        double wave = side == Side.REAL ? Math.cos(angle) : Math.sin(angle);
        kernel[t * frequencies + f] = weights[t] * wave;
      }
    }
    return Casting.cast(Tensor.of(kernel).reshape(shape.toArray()), spec.dtype());
  }

  /** Returns the scaled window. */
  private double[] weights(int length) {
    double[] weights = new double[length];
    if (window == null) {
      Arrays.fill(weights, 1);
      return weights;
    }
    double[] values = window.values(length, periodic);
    if (values.length != length) {
      throw Parameters.refusal(
          this,
          "needs a window of " + length + " values, the kernel's first size",
          values.length,
          "make a window of the length it is asked for");
    }
    double norm = norm(values);
    Arrays.setAll(weights, i -> values[i] / norm);
    return weights;
  }

  private double norm(double... window) {
    return switch (scaling) {
      case null -> 1;
      case DENSITY -> Math.sqrt(Arrays.stream(window).map(x -> x * x).sum());
      case SPECTRUM -> Arrays.stream(window).map(Math::abs).sum();
    };
  }
}
