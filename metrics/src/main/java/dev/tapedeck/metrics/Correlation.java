package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** The moments of labels and predictions along an axis, of which correlations are made. */
record Correlation(
    Tensor covariance, Tensor ofLabels, Tensor ofPredictions, Tensor squaredDifferenceOfMeans) {
  /** Share of the squared mean below which a variance is only an error of rounding. */
  private static final double ROUNDING = 1e-28;

  static Correlation of(Tensor labels, Tensor predictions, int axis) {
    Tensor y = Casting.cast(labels, DType.FLOAT64);
    Tensor p = Casting.cast(predictions, DType.FLOAT64);
    Tensor meanOfLabels = Reductions.mean(y, true, axis);
    Tensor meanOfPredictions = Reductions.mean(p, true, axis);
    Tensor fromLabels = y.sub(meanOfLabels);
    Tensor fromPredictions = p.sub(meanOfPredictions);
    return new Correlation(
        fromLabels.mul(fromPredictions).mean(axis),
        variance(fromLabels, meanOfLabels, axis),
        variance(fromPredictions, meanOfPredictions, axis),
        Maths.squaredDifference(meanOfLabels, meanOfPredictions).mean(axis));
  }

  /** Returns the variance; of equal numbers 0, also where their mean is rounded. */
  private static Tensor variance(Tensor fromMean, Tensor mean, int axis) {
    Tensor variance = Maths.square(fromMean).mean(axis);
    Tensor least = Maths.square(mean).mean(axis).mul(ROUNDING);
    return Logic.where(variance.greater(least), variance, 0);
  }
}
