package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * Reductions of the rows of a tensor by segment ids.
 *
 * <p>All rows of one id form a segment. The ids of the {@code segment} functions are ascending, as
 * in {@code tf.math.segment_sum}, and the last one determines the number of segments. Those of the
 * {@code unsortedSegment} functions have any order and shape {@code [..]}, for data {@code [..,
 * rest]} and a result {@code [numSegments, rest]}; rows with a negative id are left out.
 */
public final class Segments {
  private Segments() {}

  /** Returns the sum of each segment; of none it is 0. */
  public static Tensor segmentSum(Object data, Object ids) {
    return sum("segmentSum", data, ids, segments("segmentSum", ids));
  }

  /** Returns the mean of each segment; of none it is 0. */
  public static Tensor segmentMean(Object data, Object ids) {
    return mean("segmentMean", data, ids, segments("segmentMean", ids));
  }

  /** Returns the largest of each segment, 0 of none; equal largest ones share the gradient. */
  public static Tensor segmentMax(Object data, Object ids) {
    return best("segmentMax", true, data, ids, segments("segmentMax", ids), true);
  }

  /** Returns the smallest of each segment, 0 of none; equal smallest ones share the gradient. */
  public static Tensor segmentMin(Object data, Object ids) {
    return best("segmentMin", false, data, ids, segments("segmentMin", ids), true);
  }

  /**
   * Returns the sum of each segment; of none it is 0.
   *
   * @throws IllegalArgumentException if an id is not below {@code numSegments}, or shapes do not
   *     fit
   */
  public static Tensor unsortedSegmentSum(Object data, Object ids, long numSegments) {
    return sum("unsortedSegmentSum", data, ids, numSegments);
  }

  /**
   * Returns the mean of each segment; of none it is 0.
   *
   * @throws IllegalArgumentException if an id is not below {@code numSegments}, or shapes do not
   *     fit
   */
  public static Tensor unsortedSegmentMean(Object data, Object ids, long numSegments) {
    return mean("unsortedSegmentMean", data, ids, numSegments);
  }

  /**
   * Returns the largest of each segment, the lowest finite number of none; equal largest ones share
   * the gradient.
   *
   * @throws IllegalArgumentException if an id is not below {@code numSegments}, or shapes do not
   *     fit
   */
  public static Tensor unsortedSegmentMax(Object data, Object ids, long numSegments) {
    return best("unsortedSegmentMax", true, data, ids, numSegments, false);
  }

  /**
   * Returns the smallest of each segment, the highest finite number of none; equal smallest ones
   * share the gradient.
   *
   * @throws IllegalArgumentException if an id is not below {@code numSegments}, or shapes do not
   *     fit
   */
  public static Tensor unsortedSegmentMin(Object data, Object ids, long numSegments) {
    return best("unsortedSegmentMin", false, data, ids, numSegments, false);
  }

  private static SegmentOps.Ids ids(String who, long segments) {
    return new SegmentOps.Ids(who, "segments", segments, false);
  }

  private static Tensor sum(String who, Object data, Object ids, long segments) {
    return new SegmentOps.SegmentSum(ids(who, segments))
        .applyTo(Operands.tensor(data), Operands.tensor(ids));
  }

  private static Tensor mean(String who, Object data, Object ids, long segments) {
    Tensor x = Operands.tensor(data);
    Checks.sameFloating(who, x.spec());
    Tensor total = sum(who, x, ids, segments);
    Tensor named = Operands.tensor(ids);
    Tensor ones = Creation.onesLike(Casting.cast(named, x.dtype()));
    long[] each = new long[total.shape().rank()];
    Arrays.fill(each, 1);
    each[0] = segments;
    Tensor counts = Shaping.reshape(sum(who, ones, named, segments), each);
    return total.div(Maths.maximum(counts, 1));
  }

  private static Tensor best(
      String who, boolean largest, Object data, Object ids, long segments, boolean zero) {
    return new SegmentOps.SegmentExtremum(ids(who, segments), largest, zero)
        .applyTo(Operands.tensor(data), Operands.tensor(ids));
  }

  /** Returns the number of segments of ids that rise. */
  private static long segments(String who, Object ids) {
    String remedy = "use unsortedS" + who.substring(1);
    Tensor tensor = Operands.tensor(ids);
    Checks.wholeNumbers(who, tensor.spec());
    Checks.rank(who, "the ids", 1, tensor.spec());
    long[] values = values(who, tensor, remedy);
    long last = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] < last) {
        throw Refusal.of(who, "ids must rise from 0 on", values[i] + " at position " + i, remedy);
      }
      last = values[i];
    }
    return values.length == 0 ? 0 : last + 1;
  }

  private static long[] values(String who, Tensor ids, String remedy) {
    try {
      return ids.toLongArray();
    } catch (IllegalStateException e) {
      throw Errors.withMessage(
          e,
          who
              + ": the ids must be known, since the last one says how many segments there are; "
              + remedy
              + "(data, ids, numSegments): "
              + e.getMessage());
    }
  }
}
