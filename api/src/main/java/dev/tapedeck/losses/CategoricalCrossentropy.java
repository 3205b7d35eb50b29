package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of distributions: {@code -sum(label * log p)} for one-hot labels of the
 * predictions' shape {@code [.., classes]}.
 *
 * <p>{@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class CategoricalCrossentropy
    extends BuiltInLoss<CategoricalCrossentropy.Arguments, CategoricalCrossentropy> {
  /**
   * The arguments of a {@link CategoricalCrossentropy}.
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

  CategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss for a model whose last layer has no softmax or sigmoid. */
  public CategoricalCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  @Override
  public Tensor perExample(Tensor labels, Tensor predictions) {
    Tensor y =
        Labels.alike(
            "categoricalCrossentropy", labels, predictions, "Losses.sparseCategoricalCrossentropy");
    if (arguments().fromLogits) {
      return Softmax.softmaxCrossEntropy(y, predictions);
    }
    Tensor logs = Probabilities.log(Probabilities.normalized(predictions));
    return Reductions.sum(y.mul(logs), -1).neg();
  }
}
