package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.Loss;

/**
 * The mean of the cross-entropy of distributions: {@code -sum(label * log(prediction))} over the
 * classes, for one-hot labels of the predictions' shape, {@code [n, .., classes]}.
 */
public final class CategoricalCrossentropy
    extends LossMetric<CategoricalCrossentropy.Arguments, CategoricalCrossentropy> {
  /**
   * The arguments of a {@link CategoricalCrossentropy}.
   *
   * @param fromLogits whether predictions are logits
   * @param labelSmoothing share of each label that all classes get in equal parts
   * @param axis axis of the classes
   */
  public record Arguments(boolean fromLogits, double labelSmoothing, int axis) {
    /** Checks the arguments. */
    public Arguments {
      LossMetric.checkSmoothing("CategoricalCrossentropy", labelSmoothing);
    }
  }

  private CategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of probabilities. */
  public CategoricalCrossentropy() {
    this(new Arguments(false, 0, -1));
  }

  /** Takes predictions for logits, as those of a model whose last layer has no softmax. */
  public CategoricalCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  /** Sets the share of each label that all classes get in equal parts; by default 0. */
  public CategoricalCrossentropy labelSmoothing(double given) {
    return with("labelSmoothing", given);
  }

  /** Sets the axis of the classes; by default the last. */
  public CategoricalCrossentropy axis(int given) {
    return with("axis", given);
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.alike(labels, predictions, "SparseCategoricalCrossentropy");
  }

  @Override
  Loss loss() {
    var loss =
        Losses.categoricalCrossentropy()
            .labelSmoothing(arguments().labelSmoothing)
            .axis(arguments().axis);
    return arguments().fromLogits ? loss.fromLogits() : loss;
  }
}
