package dev.tapedeck.losses;

import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of classes: {@code -log p[label]} for whole-number labels {@code [..]} and
 * predictions {@code [.., classes]}.
 *
 * <p>{@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class SparseCategoricalCrossentropy
    extends BuiltInLoss<SparseCategoricalCrossentropy.Arguments, SparseCategoricalCrossentropy> {
  /**
   * The arguments of a {@link SparseCategoricalCrossentropy}.
   *
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param reduction reduction of the values to one number
   */
  public record Arguments(boolean fromLogits, Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  SparseCategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss for a model whose last layer has no softmax or sigmoid. */
  public SparseCategoricalCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  @Override
  public Tensor perExample(Tensor labels, Tensor predictions) {
    if (arguments().fromLogits) {
      return Softmax.sparseSoftmaxCrossEntropy(labels, predictions);
    }
    Tensor normalized = Probabilities.normalized(predictions);
    return Probabilities.log(new Softmax.LabelProbability().applyTo(labels, normalized)).neg();
  }
}
