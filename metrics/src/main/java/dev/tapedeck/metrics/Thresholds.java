package dev.tapedeck.metrics;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Thresholds, and the place of scores among them. */
final class Thresholds {
  /**
   * The number of thresholds {@code i / last} that a score is above, within bounds. Products are
   * rounded, so that it compares with the neighbours.
   */
  private static final Pointwise EVENLY_BELOW =
      Pointwise.floating(
          Formula.of("thresholdsBelow", 4, a -> evenlyBelow(a[0], a[1]).max(a[2]).min(a[3])));

  private final double[] sorted;

  /** The positions of the given ones among the sorted ones. */
  private final int[] order;

  private final boolean even;

  Thresholds(List<Double> given) {
    sorted = given.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    order = given.stream().mapToInt(one -> Arrays.binarySearch(sorted, one)).toArray();
    even = sorted.length > 2 && areEven(sorted);
  }

  private static boolean areEven(double... sorted) {
    int last = sorted.length - 1;
    boolean ends = sorted[0] == 0 && sorted[last] == 1;
    boolean outside = sorted[0] < 0 && sorted[last] > 1;
    return (ends || outside)
        && IntStream.range(1, last).allMatch(i -> sorted[i] == i / (double) last);
  }

  private static Expr evenlyBelow(Expr score, Expr last) {
    Expr product = score.max(0).min(1).times(last);
    Expr near = Expr.apply(Primitive.CEIL, product);
    Expr raised = near.over(last).lt(score).select(near.plus(1), near);
    Expr lowered = raised.minus(1);
    return lowered.over(last).lt(score).select(raised, lowered);
  }

  int count() {
    return sorted.length;
  }

  /** Returns the only threshold. */
  double only() {
    return sorted[0];
  }

  /**
   * Returns how many of the thresholds each score is above, int32: scores are compared exactly, in
   * their own type.
   *
   * @param scores scores, within [0, 1] if there are thresholds outside of it
   */
  Tensor below(Tensor scores) {
    if (!even) {
      Tensor ascending = Casting.cast(Tensor.of(sorted), scores.dtype());
      return Sorting.searchSorted(ascending, scores);
    }
    int last = sorted.length - 1;
    boolean outside = sorted[0] < 0;
    Tensor below = EVENLY_BELOW.of(scores, last, outside ? 1 : 0, outside ? last : last + 1);
    return Casting.cast(below, DType.INT32);
  }

  /** Returns counts at the sorted thresholds in the order in which those were given. */
  Tensor inOrder(Tensor counts) {
    boolean sortedAlready = Arrays.equals(order, IntStream.range(0, order.length).toArray());
    return sortedAlready ? counts : Indexing.gather(counts, Tensor.of(order), 0);
  }
}
