package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** The moments of labels and predictions along an axis, of which correlations are made. */
record Correlation(
    Tensor covariance, Tensor ofLabels, Tensor ofPredictions, Tensor squaredDifferenceOfMeans) {
  static Correlation of(Tensor labels, Tensor predictions, int axis) {
    Tensor y = Casting.cast(labels, DType.FLOAT64);
    Tensor p = Casting.cast(predictions, DType.FLOAT64);
    Tensor meanOfLabels = Reductions.mean(y, true, axis);
    Tensor meanOfPredictions = Reductions.mean(p, true, axis);
    Tensor fromLabels = y.sub(meanOfLabels);
    Tensor fromPredictions = p.sub(meanOfPredictions);
    return new Correlation(
        fromLabels.mul(fromPredictions).mean(axis),
        Maths.square(fromLabels).mean(axis),
        Maths.square(fromPredictions).mean(axis),
        Maths.squaredDifference(meanOfLabels, meanOfPredictions).mean(axis));
  }
}
