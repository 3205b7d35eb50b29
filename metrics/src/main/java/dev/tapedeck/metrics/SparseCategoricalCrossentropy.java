package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;

/**
 * The mean of the cross-entropy of classes: {@code -log(prediction[label])}, for whole-number
 * labels {@code [n, ..]} and predictions {@code [n, .., classes]}.
 *
 * <p>Places of the ignored class do not count; Keras counts them as 0 if there are no weights.
 */
public final class SparseCategoricalCrossentropy
    extends LossMetric<SparseCategoricalCrossentropy.Arguments, SparseCategoricalCrossentropy> {
  /**
   * The arguments of a {@link SparseCategoricalCrossentropy}.
   *
   * @param fromLogits whether predictions are logits
   * @param ignoreClass label whose places do not count; null for none
   * @param axis axis of the classes in the predictions
   */
  public record Arguments(boolean fromLogits, Integer ignoreClass, int axis) {}

  private SparseCategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of probabilities. */
  public SparseCategoricalCrossentropy() {
    this(new Arguments(false, null, -1));
  }

  /** Takes predictions for logits, as those of a model whose last layer has no softmax. */
  public SparseCategoricalCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  /** Sets the label, such as -1 or 255, whose places do not count; by default none. */
  public SparseCategoricalCrossentropy ignoreClass(int given) {
    return with("ignoreClass", given);
  }

  /** Sets the axis of the classes in the predictions; by default the last. */
  public SparseCategoricalCrossentropy axis(int given) {
    return with("axis", given);
  }

  @Override
  int[] labelAxes(int rank) {
    return axesBut(arguments().axis, rank);
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.classes(labels, predictions, "CategoricalCrossentropy");
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    WholeNumbers.check("SparseCategoricalCrossentropy", "labels", labels);
    return super.scores(labels, predictions);
  }

  @Override
  Loss loss() {
    var loss =
        Losses.sparseCategoricalCrossentropy()
            .ignoreClass(arguments().ignoreClass)
            .axis(arguments().axis);
    return arguments().fromLogits ? loss.fromLogits() : loss;
  }
}
