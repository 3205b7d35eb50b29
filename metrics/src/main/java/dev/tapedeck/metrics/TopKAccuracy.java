package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Base of the metrics that are the fraction of examples whose label is among the k largest
 * predictions.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class TopKAccuracy<A extends Record, M extends TopKAccuracy<A, M>>
    extends MeanMetric<A, M> {
  TopKAccuracy(A arguments) {
    super(arguments);
  }

  static void check(String who, int k) {
    if (k < 1) {
      throw Refusal.of(who, "needs a k of 1 or more", k, "use 5, as by default");
    }
  }

  /**
   * Returns where fewer than k classes come before the label's: those of larger predictions, and
   * the first of equal ones. It counts them, since to sort them takes longer.
   */
  final Tensor within(int k, Tensor classes, Tensor predictions) {
    Tensor p = Floats.of(predictions);
    long count = p.shape().size(-1);
    if (count == Shape.UNKNOWN) {
      throw Refusal.of(
          getClass().getSimpleName(),
          "the number of classes must be known",
          "predictions " + p.shape(),
          "give the last axis of the signature a size");
    }
    Tensor label = Shaping.expandDims(Casting.cast(classes, DType.INT32), -1);
    Tensor own = Scattering.takeAlongAxis(p, Maths.clip(label, 0, (int) count - 1), -1);
    Tensor position = Creation.range(0, (int) count, 1, p.dtype());
    Tensor earlier = Logic.logicalAnd(p.equal(own), position.less(Casting.cast(label, p.dtype())));
    Tensor before = Casting.cast(Logic.logicalOr(p.greater(own), earlier), DType.INT32);
    Tensor right = Reductions.sum(before, -1).less(k);
    Tensor known = Logic.logicalAnd(classes.greaterEqual(0), classes.less((int) count));
    return rightAmong(Logic.logicalAnd(right, known), p);
  }
}
