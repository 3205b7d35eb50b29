package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of classes: {@code -log p[label]} for whole-number labels {@code [..]} and
 * predictions {@code [.., classes]}.
 *
 * <p>{@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class SparseCategoricalCrossentropy
    extends Crossentropy<SparseCategoricalCrossentropy.Arguments, SparseCategoricalCrossentropy> {
  /**
   * The arguments of a {@link SparseCategoricalCrossentropy}.
   *
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param ignoreClass label that does not count; null for none
   * @param axis the axis of the classes in the predictions
   * @param reduction reduction of the values to one number
   */
  public record Arguments(boolean fromLogits, Integer ignoreClass, int axis, Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  SparseCategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /**
   * Returns this loss where a label, such as -1 or 255 for places without one, costs 0 and does not
   * count in the mean; null for none, as by default.
   */
  public SparseCategoricalCrossentropy ignoreClass(Integer ignoreClass) {
    return with("ignoreClass", ignoreClass);
  }

  @Override
  Tensor fitting(Tensor labels, Tensor predictions) {
    return labels;
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor scores = arguments().axis == -1 ? p : Shaping.moveAxis(p, arguments().axis, -1);
    if (arguments().ignoreClass == null) {
      return entropy(y, scores);
    }
    Tensor valid = y.notEqual(arguments().ignoreClass);
    Tensor values = entropy(Logic.where(valid, y, Creation.zerosLike(y)), scores);
    return Logic.where(valid, values, Creation.zerosLike(values)).withMask(valid);
  }

  private Tensor entropy(Tensor labels, Tensor predictions) {
    if (arguments().fromLogits) {
      return Softmax.sparseSoftmaxCrossEntropy(labels, predictions);
    }
    Tensor normalized = Probabilities.normalized(predictions, -1);
    return Probabilities.log(new Softmax.LabelProbability().applyTo(labels, normalized)).neg();
  }
}
