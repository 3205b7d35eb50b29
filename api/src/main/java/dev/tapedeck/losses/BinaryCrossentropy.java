package dev.tapedeck.losses;

import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of two classes: {@code -y log p - (1 - y) log(1 - p)}, the mean over the last
 * axis, for labels of the predictions' shape.
 *
 * <p>{@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class BinaryCrossentropy
    extends BuiltInLoss<BinaryCrossentropy.Arguments, BinaryCrossentropy> {
  /**
   * The arguments of a {@link BinaryCrossentropy}.
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

  BinaryCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss for a model whose last layer has no softmax or sigmoid. */
  public BinaryCrossentropy fromLogits() {
    return with("fromLogits", true);
  }

  @Override
  public Tensor perExample(Tensor labels, Tensor predictions) {
    Tensor y = Labels.alike("binaryCrossentropy", labels, predictions);
    if (arguments().fromLogits) {
      return Outputs.mean(Softmax.sigmoidCrossEntropy(y, predictions));
    }
    Tensor p = Probabilities.safe(predictions);
    Tensor no = Maths.log(p.neg().add(1)).mul(y.neg().add(1));
    return Outputs.mean(y.mul(Maths.log(p)).add(no)).neg();
  }
}
