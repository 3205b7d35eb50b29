package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Quantiles, histograms, and reductions that leave NaN out. No axes given means all of them; with
 * {@code keepDims} reduced axes stay, with size 1.
 */
public final class Statistics {
  private Statistics() {}

  /** What a quantile is that falls between two elements. */
  public enum QuantileMethod {
    /** In between, linearly. */
    LINEAR,
    /** The lower one. */
    LOWER,
    /** The higher one. */
    HIGHER,
    /** Their mean. */
    MIDPOINT,
    /** The nearer one; if both are equally near, that at an even position. */
    NEAREST
  }

  /**
   * How many elements are in each of some bins of equal width.
   *
   * @param counts numbers of elements, int32 {@code [bins]}
   * @param edges limits of the bins {@code [bins + 1]}; an element on one is in the bin above, but
   *     for the last
   */
  public record Histogram(Tensor counts, Tensor edges) {}

  /** Returns the quantile, linear between elements, of a fraction in [0, 1]. */
  public static Tensor quantile(Object x, double q, int... axes) {
    return quantile(x, q, QuantileMethod.LINEAR, false, axes);
  }

  /**
   * Returns the number that a fraction q of the elements are below: of n sorted elements the one at
   * {@code q * (n - 1)}; NaN if there is one.
   *
   * @throws IllegalArgumentException if q is not in [0, 1], the type is not floating, there are no
   *     elements, or their number is unknown
   */
  public static Tensor quantile(
      Object x, double q, QuantileMethod method, boolean keepDims, int... axes) {
    return quantile("quantile", x, q, 1, method, keepDims, axes);
  }

  /** Returns the percentile, linear between elements, of a number in [0, 100]. */
  public static Tensor percentile(Object x, double q, int... axes) {
    return percentile(x, q, QuantileMethod.LINEAR, false, axes);
  }

  /**
   * Returns the quantile of {@code q / 100}.
   *
   * @throws IllegalArgumentException as {@link #quantile}, for q in [0, 100]
   */
  public static Tensor percentile(
      Object x, double q, QuantileMethod method, boolean keepDims, int... axes) {
    return quantile("percentile", x, q, 100, method, keepDims, axes);
  }

  /** Returns the median: the element in the middle, or the mean of the two there. */
  public static Tensor median(Object x, int... axes) {
    return median(x, false, axes);
  }

  /** Returns the median: the element in the middle, or the mean of the two there. */
  public static Tensor median(Object x, boolean keepDims, int... axes) {
    return quantile("median", x, 1, 2, QuantileMethod.LINEAR, keepDims, axes);
  }

  private static Tensor quantile(
      String who,
      Object x,
      double q,
      int whole,
      QuantileMethod method,
      boolean keepDims,
      int... axes) {
    Objects.requireNonNull(method, who + ": the method is null; give one, as LINEAR");
    Tensor tensor = floating(who, x);
    int[] normal = tensor.shape().axes(axes, who);
    Tensor lines = lines(who, tensor, normal);
    long last = lines.shape().size(-1) - 1;
    if (last < 0) {
      throw Refusal.of(who, "needs elements", tensor.shape(), "reduce axes that are not empty");
    }
    if (!(q >= 0 && q <= whole)) {
      throw Refusal.of(
          who, "q must be from 0 to " + whole, q, "give the share of elements that are below");
    }
    Tensor chosen = element(lines, q / whole * last, last, method);
    Tensor largest = Reductions.max(lines, -1); // NaN if there is one
    Tensor result = Logic.where(Logic.isNan(largest), largest, chosen);
    return keepDims ? Shaping.reshape(result, Reduce.kept(tensor.shape(), normal)) : result;
  }

  /** Returns what is at a place of the order, of which the shorter end is sorted up to there. */
  private static Tensor element(Tensor lines, double at, long last, QuantileMethod method) {
    long below = (long) Math.floor(at);
    long above = (long) Math.ceil(at);
    boolean fromTop = below > last - above;
    Tensor end = Sorting.first(lines, (int) (1 + (fromTop ? last - below : above)), fromTop);
    Tensor low = end.get(Index.ELLIPSIS, fromTop ? last - below : below);
    if (below == above) {
      return low;
    }
    Tensor high = end.get(Index.ELLIPSIS, fromTop ? last - above : above);
    return switch (method) {
      case LINEAR -> Maths.lerp(low, high, at - below);
      case LOWER -> low;
      case HIGHER -> high;
      case MIDPOINT -> Maths.lerp(low, high, 0.5);
      case NEAREST -> Math.rint(at) == below ? low : high;
    };
  }

  /** Returns the tensor with axes joined, as the last one. */
  private static Tensor lines(String who, Tensor x, int... axes) {
    Shape shape = x.shape();
    int[] kept =
        IntStream.range(0, shape.rank())
            .filter(axis -> Arrays.binarySearch(axes, axis) < 0)
            .toArray();
    int[] order = IntStream.concat(Arrays.stream(kept), Arrays.stream(axes)).toArray();
    for (int axis : axes) {
      if (shape.size(axis) == Shape.UNKNOWN) {
        throw Checks.unknown(who, "the size of axis " + axis, shape);
      }
    }
    long size = Sizes.product(who, Arrays.stream(axes).mapToLong(shape::size).toArray());
    long[] sizes = Arrays.stream(kept).mapToLong(shape::size).toArray();
    return Shaping.reshape(Shaping.transpose(x, order), Shape.of(sizes).concat(size));
  }

  /**
   * Returns how many elements are in each of some bins, from the smallest element to the largest.
   *
   * @throws IllegalArgumentException as {@link #histogram(Object, int, double, double)}, or if
   *     there are no elements
   */
  public static Histogram histogram(Object x, int bins) {
    Tensor tensor = floating("histogram", x);
    return histogram(tensor, bins, Reductions.min(tensor), Reductions.max(tensor));
  }

  /**
   * Returns how many elements are in each of some bins between two numbers; others, and NaN, are
   * left out. Where both numbers are equal, bins are from half below to half above.
   *
   * @throws IllegalArgumentException if the type is not floating, there are no bins, or the numbers
   *     are not finite and in order
   */
  public static Histogram histogram(Object x, int bins, double low, double high) {
    Tensor tensor = floating("histogram", x);
    if (!(low <= high) || !Double.isFinite(high - low)) {
      throw Refusal.of(
          "histogram",
          "needs finite numbers in order",
          low + " and " + high,
          "give the lower limit first");
    }
    return histogram(
        tensor, bins, Casting.cast(low, tensor.dtype()), Casting.cast(high, tensor.dtype()));
  }

  private static Histogram histogram(Tensor x, int bins, Tensor low, Tensor high) {
    Checks.atLeast("histogram", "bins", 1, bins, "give their number");
    Tensor half = Casting.cast(Logic.equal(low, high), x.dtype()).mul(0.5);
    Tensor along = Creation.linspace(0, 1, 1L + bins, x.dtype());
    Tensor edges = Maths.lerp(low.sub(half), high.add(half), along);
    Tensor flat = Shaping.reshape(x, -1);
    Tensor above = Sorting.searchSorted(edges, flat, true);
    Tensor last = Logic.equal(flat, edges.get(-1));
    // Of the elements right of all edges those on the last one are in the last bin.
    Tensor bin = Logic.where(last, bins - 1, Logic.where(above.greater(bins), -1, above.sub(1)));
    return new Histogram(Segments.unsortedSegmentSum(Creation.onesLike(bin), bin, bins), edges);
  }

  /**
   * Returns in which bin each element is, int32: how many of the rising limits {@code bins} are not
   * above it.
   *
   * @throws IllegalArgumentException if {@code bins} is not a vector of the elements' type
   */
  public static Tensor digitize(Object x, Object bins) {
    Tensor[] both = Operands.alike("digitize", x, bins);
    Checks.numeric("digitize", Checks.same("digitize", both[0].spec(), both[1].spec()));
    Checks.rank("digitize", "bins", 1, both[1].spec());
    return Sorting.searchSorted(both[1], both[0], true);
  }

  /** Returns the sum of the elements that are not NaN. */
  public static Tensor nanSum(Object x, int... axes) {
    return nanSum(x, false, axes);
  }

  /** Returns the sum of the elements that are not NaN. */
  public static Tensor nanSum(Object x, boolean keepDims, int... axes) {
    return Reductions.sum(without("nanSum", x, 0), keepDims, axes);
  }

  /** Returns the product of the elements that are not NaN. */
  public static Tensor nanProd(Object x, int... axes) {
    return nanProd(x, false, axes);
  }

  /** Returns the product of the elements that are not NaN. */
  public static Tensor nanProd(Object x, boolean keepDims, int... axes) {
    return Reductions.prod(without("nanProd", x, 1), keepDims, axes);
  }

  /** Returns the mean of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanMean(Object x, int... axes) {
    return nanMean(x, false, axes);
  }

  /** Returns the mean of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanMean(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("nanMean", x);
    return nanSum(tensor, keepDims, axes).div(count(tensor, keepDims, axes));
  }

  /** Returns the largest of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanMax(Object x, int... axes) {
    return nanMax(x, false, axes);
  }

  /**
   * Returns the largest of the elements that are not NaN; of none it is NaN.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor nanMax(Object x, boolean keepDims, int... axes) {
    Tensor best = Reductions.max(without("nanMax", x, Double.NEGATIVE_INFINITY), keepDims, axes);
    return orNan(best, x, keepDims, axes);
  }

  /** Returns the smallest of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanMin(Object x, int... axes) {
    return nanMin(x, false, axes);
  }

  /**
   * Returns the smallest of the elements that are not NaN; of none it is NaN.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor nanMin(Object x, boolean keepDims, int... axes) {
    Tensor best = Reductions.min(without("nanMin", x, Double.POSITIVE_INFINITY), keepDims, axes);
    return orNan(best, x, keepDims, axes);
  }

  /** Returns the variance of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanVariance(Object x, int... axes) {
    return nanVariance(x, false, axes);
  }

  /** Returns the variance of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanVariance(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("nanVariance", x);
    Tensor mean = nanMean(tensor, true, axes);
    Tensor numbers = Logic.where(Logic.isNan(tensor), mean, tensor);
    Tensor sum = Reductions.sum(Maths.squaredDifference(numbers, mean), keepDims, axes);
    return sum.div(count(tensor, keepDims, axes));
  }

  /** Returns the standard deviation of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanStd(Object x, int... axes) {
    return nanStd(x, false, axes);
  }

  /** Returns the standard deviation of the elements that are not NaN; of none it is NaN. */
  public static Tensor nanStd(Object x, boolean keepDims, int... axes) {
    return Maths.sqrt(nanVariance(floating("nanStd", x), keepDims, axes));
  }

  private static Tensor without(String who, Object x, double instead) {
    Tensor tensor = floating(who, x);
    return Logic.where(Logic.isNan(tensor), instead, tensor);
  }

  private static Tensor count(Tensor x, boolean keepDims, int... axes) {
    Tensor numbers = Casting.cast(Logic.logicalNot(Logic.isNan(x)), DType.INT64);
    return Casting.cast(Reductions.sum(numbers, keepDims, axes), x.dtype());
  }

  private static Tensor orNan(Tensor best, Object x, boolean keepDims, int... axes) {
    Tensor none = Reductions.all(Logic.isNan(x), keepDims, axes);
    return Logic.where(none, Double.NaN, best);
  }

  private static Tensor floating(String who, Object x) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating(who, tensor.spec());
    return tensor;
  }
}
