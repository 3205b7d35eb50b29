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
    extends SmoothedCrossentropy<BinaryCrossentropy.Arguments, BinaryCrossentropy> {
  /**
   * The arguments of a {@link BinaryCrossentropy}.
   *
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param labelSmoothing share of each label that both classes get in equal parts
   * @param axis the axis that the mean is over
   * @param reduction reduction of the values to one number
   */
  public record Arguments(boolean fromLogits, double labelSmoothing, int axis, Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      Crossentropy.check(labelSmoothing);
    }
  }

  BinaryCrossentropy(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor smooth = Labels.smooth(y, arguments().labelSmoothing);
    return Outputs.mean(entropy(smooth, p, arguments().fromLogits), arguments().axis);
  }

  /** Returns the cross-entropy of each label. */
  static Tensor entropy(Tensor y, Tensor predictions, boolean fromLogits) {
    if (fromLogits) {
      return Softmax.sigmoidCrossEntropy(y, predictions);
    }
    Tensor p = Probabilities.safe(predictions);
    Tensor no = Maths.log(p.neg().add(1)).mul(y.neg().add(1));
    return y.mul(Maths.log(p)).add(no).neg();
  }
}
