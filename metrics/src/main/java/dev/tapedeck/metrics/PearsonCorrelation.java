package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the Pearson correlation of each example's label and prediction, vectors along an
 * axis: {@code cov(label, prediction) / (std(label) * std(prediction))}.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. The correlation with a vector of
 * equal numbers is undefined: NaN. Along the batch's own axis it is the correlation within each
 * batch, whose mean is not that of all examples together.
 */
public final class PearsonCorrelation
    extends MeanMetric<PearsonCorrelation.Arguments, PearsonCorrelation> {
  /**
   * The arguments of a {@link PearsonCorrelation}.
   *
   * @param axis axis along which labels and predictions are compared
   */
  public record Arguments(int axis) {}

  private PearsonCorrelation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric along the last axis. */
  public PearsonCorrelation() {
    this(new Arguments(-1));
  }

  /** Sets the axis along which labels and predictions are compared; by default the last. */
  public PearsonCorrelation axis(int given) {
    return with("axis", given);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Correlation moments = Correlation.of(labels, predictions, arguments().axis);
    Tensor scale = Maths.sqrt(moments.ofLabels()).mul(Maths.sqrt(moments.ofPredictions()));
    return Logic.where(scale.equal(0), Double.NaN, moments.covariance().div(scale));
  }
}
