package dev.tapedeck.nn;

import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * The usual initializers of variables.
 *
 * <p>{@code fanIn} and {@code fanOut} are the numbers of inputs and outputs of a unit: the last two
 * axes, times the window of a convolution's kernel {@code [kh, kw, in, out]}.
 */
public final class Initializers {
  /** The standard deviation of a unit normal distribution truncated at two standard deviations. */
  private static final double CUT_OFF = 0.8796256610342398;

  private Initializers() {}

  /** Returns an initializer of zeros. */
  public static Initializer zeros() {
    return constant(0);
  }

  /** Returns an initializer of ones. */
  public static Initializer ones() {
    return constant(1);
  }

  /** Returns an initializer that repeats one value. */
  public static Initializer constant(double value) {
    return (key, spec) -> Tensor.full(spec.dtype(), value, spec.shape().toArray());
  }

  /**
   * Returns an initializer of uniform numbers within {@code sqrt(6 / (fanIn + fanOut))} of 0.
   *
   * <p>X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
   * networks", AISTATS 2010.
   */
  public static Initializer glorotUniform() {
    return uniform((in, out) -> Math.sqrt(6 / (in + out)));
  }

  /**
   * Returns an initializer of normal numbers of variance {@code 2 / (fanIn + fanOut)}, truncated at
   * two standard deviations.
   */
  public static Initializer glorotNormal() {
    return normal((in, out) -> Math.sqrt(2 / (in + out)));
  }

  /**
   * Returns an initializer of uniform numbers within {@code sqrt(6 / fanIn)} of 0.
   *
   * <p>K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", ICCV 2015.
   */
  public static Initializer heUniform() {
    return uniform((in, out) -> Math.sqrt(6 / in));
  }

  /**
   * Returns an initializer of normal numbers of variance {@code 2 / fanIn}, truncated at two
   * standard deviations.
   */
  public static Initializer heNormal() {
    return normal((in, out) -> Math.sqrt(2 / in));
  }

  /** The spread of a distribution as a function of fan in and fan out. */
  private interface Spread {
    double of(double fanIn, double fanOut);
  }

  private static Initializer uniform(Spread limit) {
    return (key, spec) -> {
      if (!spec.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "initializer: needs a floating point type, received "
                + spec.dtype()
                + "; cast it first");
      }
      double bound = spread(limit, spec.shape());
      return Randoms.uniform(key, spec.dtype(), -bound, bound, spec.shape().toArray());
    };
  }

  private static Initializer normal(Spread deviation) {
    return (key, spec) -> {
      double spread = spread(deviation, spec.shape()) / CUT_OFF;
      return Randoms.truncatedNormal(key, spec.dtype(), 0, spread, spec.shape().toArray());
    };
  }

  private static double spread(Spread spread, Shape shape) {
    int rank = shape.rank();
    double window = rank < 3 ? 1 : shape.slice(0, rank - 2).count();
    double in = rank == 0 ? 1 : shape.size(Math.max(rank - 2, 0)) * window;
    double out = rank == 0 ? 1 : shape.size(rank - 1) * window;
    return spread.of(Math.max(in, 1), Math.max(out, 1));
  }
}
