package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Normalization: {@code y = (x - mean) / sqrt(variance + epsilon) * scale + offset}, with the mean
 * and variance of some part of {@code x}.
 *
 * <p>Scale and offset may be null for none. All throw {@link IllegalArgumentException} if types
 * differ or are not floating, or a parameter does not have the documented shape.
 */
public final class Normalization {
  private Normalization() {}

  /**
   * A mean and a variance.
   *
   * @param mean the mean
   * @param variance the mean squared distance from it: that of the population, not of a sample
   */
  public record Moments(Tensor mean, Tensor variance) {}

  /**
   * The result of batch normalization in training.
   *
   * @param y the normalized tensor
   * @param mean the mean of each channel
   * @param variance the variance of each channel, as in {@link Moments}
   */
  public record BatchNorm(Tensor y, Tensor mean, Tensor variance) {}

  /** Returns the mean and variance over axes, all if none are named. */
  public static Moments moments(Object x, int... axes) {
    return moments(x, false, axes);
  }

  /** Returns the mean and variance over axes, all if none are named. */
  public static Moments moments(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("moments", x);
    int[] over = tensor.shape().axes(axes, "moments");
    Moments kept = kept(tensor, over);
    return keepDims
        ? kept
        : new Moments(without(over, kept.mean()), without(over, kept.variance()));
  }

  /**
   * Returns {@code x [.., c]} normalized by a given mean and variance {@code [c]}, with scale and
   * offset {@code [c]}: batch normalization in inference.
   */
  public static Tensor batchNorm(
      Object x, Object mean, Object variance, Object scale, Object offset, double epsilon) {
    return batchNorm(x, mean, variance, scale, offset, epsilon, -1);
  }

  /**
   * Returns {@code x} normalized by a given mean and variance.
   *
   * @param axis the axis of the channels; the parameters have its size
   */
  public static Tensor batchNorm(
      Object x,
      Object mean,
      Object variance,
      Object scale,
      Object offset,
      double epsilon,
      int axis) {
    String who = "batchNorm";
    Tensor tensor = floating(who, x);
    int channels = tensor.shape().axis(axis, who);
    Moments moments =
        new Moments(
            parameter(who, "mean", mean, tensor, channels),
            parameter(who, "variance", variance, tensor, channels));
    return normalize(who, tensor, moments, scale, offset, epsilon, channels);
  }

  /**
   * Returns {@code x [.., c]} normalized by the mean and variance of each channel, with scale and
   * offset {@code [c]}, and these: batch normalization in training.
   */
  public static BatchNorm batchNormTraining(Object x, Object scale, Object offset, double epsilon) {
    return batchNormTraining(x, scale, offset, epsilon, -1);
  }

  /**
   * Returns {@code x} normalized by the mean and variance of each channel, and these.
   *
   * @param axis the axis of the channels
   */
  public static BatchNorm batchNormTraining(
      Object x, Object scale, Object offset, double epsilon, int axis) {
    String who = "batchNormTraining";
    Tensor tensor = floating(who, x);
    int channels = tensor.shape().axis(axis, who);
    if (ChannelMoments.serves(tensor, channels)) {
      Tensor factors = vector(who, "scale", scale, tensor, channels);
      Tensor shifts = vector(who, "offset", offset, tensor, channels);
      return BatchNormTraining.of(tensor, factors, shifts, epsilon);
    }
    int[] others = allBut(tensor.shape(), channels);
    Moments kept = kept(tensor, others);
    Tensor y = normalize(who, tensor, kept, scale, offset, epsilon, channels);
    return new BatchNorm(y, without(others, kept.mean()), without(others, kept.variance()));
  }

  /**
   * Returns {@code x} normalized by the mean and variance over axes, the last if none are named;
   * scale and offset have the sizes of these axes.
   */
  public static Tensor layerNorm(
      Object x, Object scale, Object offset, double epsilon, int... axes) {
    String who = "layerNorm";
    Tensor tensor = floating(who, x);
    int[] over = tensor.shape().axes(axes.length == 0 ? new int[] {-1} : axes, who);
    return normalize(who, tensor, kept(tensor, over), scale, offset, epsilon, over);
  }

  /**
   * Returns images {@code [n, spatial.., c]} normalized by the mean and variance of each image's
   * groups of channels; scale and offset are {@code [c]}. One group for each channel is instance
   * normalization.
   */
  public static Tensor groupNorm(
      Object x, int groups, Object scale, Object offset, double epsilon) {
    String who = "groupNorm";
    Tensor tensor = floating(who, x);
    Shape shape = tensor.shape();
    int last = shape.rank() - 1;
    if (last < 1 || groups < 1 || shape.size(last) % groups != 0) {
      throw Refusal.of(
          who,
          "channels must split into " + groups + " groups",
          shape,
          "use a number of groups that divides the last axis");
    }
    long each = shape.size(last) / groups;
    Tensor split = Shaping.reshape(tensor, shape.slice(0, last).concat(groups, each));
    int[] over = IntStream.rangeClosed(1, last + 1).filter(i -> i != last).toArray();
    Tensor normal = scaled(split, kept(split, over), epsilon);
    return shifted(who, Shaping.reshape(normal, shape), scale, offset, last);
  }

  /**
   * Returns {@code x / sqrt(mean(x^2) + epsilon) * scale}, with the mean over axes, the last if
   * none are named; the scale has the sizes of these axes.
   */
  public static Tensor rmsNorm(Object x, Object scale, double epsilon, int... axes) {
    String who = "rmsNorm";
    Tensor tensor = floating(who, x);
    int[] over = tensor.shape().axes(axes.length == 0 ? new int[] {-1} : axes, who);
    Tensor square = Reductions.mean(Maths.square(tensor), true, over);
    return shifted(who, tensor.div(Maths.sqrt(square.add(epsilon))), scale, null, over);
  }

  /** Returns {@code x / sqrt(max(sum(x^2), epsilon))} along an axis: vectors of length 1. */
  public static Tensor l2Normalize(Object x, int axis, double epsilon) {
    return l2Normalize(x, new int[] {axis}, epsilon);
  }

  /** Returns {@code x / sqrt(max(sum(x^2), epsilon))} with the sum over axes, all if none. */
  public static Tensor l2Normalize(Object x, int[] axes, double epsilon) {
    Tensor tensor = floating("l2Normalize", x);
    int[] over = tensor.shape().axes(axes, "l2Normalize");
    Tensor square = Reductions.sum(Maths.square(tensor), true, over);
    return tensor.div(Maths.sqrt(Maths.maximum(square, epsilon)));
  }

  private static Tensor floating(String who, Object x) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating(who, tensor.spec());
    return tensor;
  }

  private static int[] allBut(Shape shape, int... axes) {
    return IntStream.range(0, shape.rank()).filter(i -> Arrays.binarySearch(axes, i) < 0).toArray();
  }

  /** Returns the moments over axes, possibly none, with these axes kept. */
  private static Moments kept(Tensor x, int... axes) {
    if (axes.length == 0) {
      return new Moments(x, x.sub(x));
    }
    Tensor mean = Reductions.mean(x, true, axes);
    return new Moments(mean, Reductions.mean(Maths.square(x.sub(mean)), true, axes));
  }

  private static Tensor without(int[] axes, Tensor kept) {
    return axes.length == 0 ? kept : Shaping.squeeze(kept, axes);
  }

  private static Tensor normalize(
      String who,
      Tensor x,
      Moments moments,
      Object scale,
      Object offset,
      double epsilon,
      int... axes) {
    return shifted(who, scaled(x, moments, epsilon), scale, offset, axes);
  }

  private static Tensor scaled(Tensor x, Moments moments, double epsilon) {
    return x.sub(moments.mean()).div(Maths.sqrt(moments.variance().add(epsilon)));
  }

  private static Tensor shifted(String who, Tensor x, Object scale, Object offset, int... axes) {
    Tensor y = scale == null ? x : x.mul(parameter(who, "scale", scale, x, axes));
    return offset == null ? y : y.add(parameter(who, "offset", offset, x, axes));
  }

  /** Returns a parameter that has the size of an axis; null for none. */
  private static Tensor vector(String who, String what, Object value, Tensor x, int axis) {
    return value == null ? null : sized(who, what, value, x, axis);
  }

  /**
   * Returns a parameter that has the sizes of some axes, reshaped to broadcast along the others.
   */
  private static Tensor parameter(String who, String what, Object value, Tensor x, int... axes) {
    long[] sizes = x.shape().toArray();
    Arrays.stream(allBut(x.shape(), axes)).forEach(axis -> sizes[axis] = 1);
    return Shaping.reshape(sized(who, what, value, x, axes), Shape.of(sizes));
  }

  private static Tensor sized(String who, String what, Object value, Tensor x, int... axes) {
    Tensor tensor = Operands.tensor(value);
    Checks.sameFloating(who, x.spec(), tensor.spec());
    Shape shape = x.shape();
    Shape expected = Shape.of(Arrays.stream(axes).mapToLong(shape::size).toArray());
    if (!tensor.shape().fits(expected)) {
      throw Refusal.of(
          who,
          "the " + what + " for " + shape + " must be " + expected,
          tensor.shape(),
          "give one number for each position along those axes");
    }
    int[] all = IntStream.range(0, axes.length).toArray();
    return CheckSizes.check(who, "the " + what, tensor, all, x, axes);
  }
}
