package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Objects;

/**
 * An initializer of numbers of mean 0 and variance {@code scale / n}, where {@code n} is the number
 * of a unit's inputs, of its outputs, or their average; at least 1.
 *
 * <p>Of a kernel {@code [.., in, out]} the inputs are {@code in} and the outputs {@code out}, each
 * times the sizes of the axes before, which are the window of a convolution; of a vector both are
 * its size, of a scalar 1.
 *
 * @param scale factor of the variance, above 0
 * @param mode what {@code n} is
 * @param distribution distribution of the numbers
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 * @param inputAxes axes whose sizes make the number of inputs; null for those of a kernel
 * @param outputAxes axes whose sizes make the number of outputs; null for those of a kernel
 */
public record VarianceScaling(
    double scale,
    Mode mode,
    Distribution distribution,
    Long seed,
    List<Integer> inputAxes,
    List<Integer> outputAxes)
    implements RandomInitializer {
  /** The standard deviation of a unit normal distribution truncated at two standard deviations. */
  private static final double TRUNCATED_STDDEV = 0.8796256610342398;

  /** What the variance is divided by. */
  public enum Mode {
    /** The number of inputs of a unit. */
    FAN_IN,
    /** The number of outputs of a unit. */
    FAN_OUT,
    /** The average of both. */
    FAN_AVG
  }

  /** A distribution of mean 0. */
  public enum Distribution {
    /** Uniform numbers within {@code sqrt(3 * scale / n)} of 0. */
    UNIFORM,
    /** Normal numbers, truncated at two of their standard deviations before truncation. */
    TRUNCATED_NORMAL,
    /** Normal numbers. */
    UNTRUNCATED_NORMAL
  }

  /** Checks the parameters, and copies the axes. */
  public VarianceScaling {
    if (!(scale > 0 && Double.isFinite(scale))) {
      throw Parameters.refusal(this, "scale must be finite, and above 0", scale, "give 1 or 2");
    }
    Objects.requireNonNull(mode, "VarianceScaling: mode");
    Objects.requireNonNull(distribution, "VarianceScaling: distribution");
    inputAxes = axes(this, inputAxes, outputAxes);
    outputAxes = axes(this, outputAxes, inputAxes);
  }

  /** Makes one that takes the key that it is given, for kernels. */
  public VarianceScaling(double scale, Mode mode, Distribution distribution) {
    this(scale, mode, distribution, null, null, null);
  }

  /** Returns an unmodifiable copy of axes, which may be null if the others are. */
  static List<Integer> axes(Record of, List<Integer> axes, List<Integer> others) {
    if ((axes == null) != (others == null)) {
      throw Parameters.refusal(
          of,
          "needs inputAxes and outputAxes, or neither",
          axes == null ? others : axes,
          "give both");
    }
    return axes == null ? null : List.copyOf(axes);
  }

  @Override
  public VarianceScaling seeded(long seed) {
    return new VarianceScaling(scale, mode, distribution, seed, inputAxes, outputAxes);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    long[] shape = spec.shape().toArray();
    double n = Math.max(1, fan(spec.shape()));
    double stddev = Math.sqrt(scale / n);
    double limit = Math.sqrt(3 * scale / n);
    return switch (distribution) {
      case UNIFORM -> Randoms.uniform(key, spec.dtype(), -limit, limit, shape);
      case UNTRUNCATED_NORMAL -> Randoms.normal(key, spec.dtype(), 0, stddev, shape);
      case TRUNCATED_NORMAL ->
          Randoms.truncatedNormal(key, spec.dtype(), 0, stddev / TRUNCATED_STDDEV, shape);
    };
  }

  private double fan(Shape shape) {
    double in = inputAxes == null ? kernelFan(shape, -2) : product(shape, inputAxes);
    double out = outputAxes == null ? kernelFan(shape, -1) : product(shape, outputAxes);
    return switch (mode) {
      case FAN_IN -> in;
      case FAN_OUT -> out;
      case FAN_AVG -> (in + out) / 2;
    };
  }

  private static double kernelFan(Shape shape, int axis) {
    int rank = shape.rank();
    double window = rank < 3 ? 1 : shape.slice(0, rank - 2).count();
    return rank == 0 ? 1 : window * shape.size(Math.max(axis, -rank));
  }

  private static double product(Shape shape, List<Integer> axes) {
    return axes.stream().mapToDouble(shape::size).reduce(1, (x, y) -> x * y);
  }
}
