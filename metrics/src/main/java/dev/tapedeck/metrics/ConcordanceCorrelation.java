package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the concordance correlation of each example's label and prediction, vectors along an
 * axis: {@code 2 cov(label, prediction) / (var(label) + var(prediction) + (mean(label) -
 * mean(prediction))^2)}, which is 1 for equal ones.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Of two equal vectors of equal
 * numbers it is 0, as in Keras, which also adds 1e-7 to the divisor, so that it is low for small
 * numbers. Along the batch's own axis it is the correlation within each batch.
 *
 * <p>Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, 1989.
 */
public final class ConcordanceCorrelation
    extends MeanMetric<ConcordanceCorrelation.Arguments, ConcordanceCorrelation> {
  /**
   * The arguments of a {@link ConcordanceCorrelation}.
   *
   * @param axis axis along which labels and predictions are compared
   */
  public record Arguments(int axis) {}

  private ConcordanceCorrelation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric along the last axis. */
  public ConcordanceCorrelation() {
    this(new Arguments(-1));
  }

  /** Sets the axis along which labels and predictions are compared; by default the last. */
  public ConcordanceCorrelation axis(int given) {
    return with("axis", given);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Correlation moments = Correlation.of(labels, predictions, arguments().axis);
    Tensor all =
        moments.ofLabels().add(moments.ofPredictions()).add(moments.squaredDifferenceOfMeans());
    return Maths.divNoNan(moments.covariance().mul(2), all);
  }
}
