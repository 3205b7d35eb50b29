package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;

/**
 * The mean of the cosine of the angle between labels and predictions, vectors along an axis: {@code
 * sum(label * prediction) / (|label| |prediction|)}, 0 where either is 0.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}, with at least two axes. The loss of
 * this name is the negative.
 */
public final class CosineSimilarity
    extends LossMetric<CosineSimilarity.Arguments, CosineSimilarity> {
  /**
   * The arguments of a {@link CosineSimilarity}.
   *
   * @param axis axis of the vectors
   */
  public record Arguments(int axis) {}

  private CosineSimilarity(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of vectors along the last axis. */
  public CosineSimilarity() {
    this(new Arguments(-1));
  }

  /** Sets the axis of the vectors; by default the last. */
  public CosineSimilarity axis(int given) {
    return with("axis", given);
  }

  @Override
  Loss loss() {
    return Losses.cosineSimilarity().axis(arguments().axis);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    return super.scores(labels, predictions).neg();
  }
}
