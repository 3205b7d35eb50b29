package dev.tapedeck.losses;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of two classes where what is predicted well counts less: {@code (1 - q)^gamma
 * (-log q)} for the probability {@code q} of the label, {@code p} or {@code 1 - p}; the mean over
 * the last axis. With {@link #applyClassBalancing}, times {@code alpha} for labels 1 and {@code 1 -
 * alpha} for labels 0.
 *
 * <p>From Lin et al., <a href="https://arxiv.org/abs/1708.02002">Focal Loss for Dense Object
 * Detection</a>. {@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class BinaryFocalCrossentropy
    extends SmoothedCrossentropy<BinaryFocalCrossentropy.Arguments, BinaryFocalCrossentropy> {
  /**
   * The arguments of a {@link BinaryFocalCrossentropy}.
   *
   * @param applyClassBalancing whether the classes have weights
   * @param alpha weight of class 1, from 0 to 1; that of class 0 is the rest
   * @param gamma power of the probability of error, 0 or more
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param labelSmoothing share of each label that both classes get in equal parts
   * @param axis the axis that the mean is over
   * @param reduction reduction of the values to one number
   */
  public record Arguments(
      boolean applyClassBalancing,
      double alpha,
      double gamma,
      boolean fromLogits,
      double labelSmoothing,
      int axis,
      Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      Crossentropy.check(labelSmoothing);
      Focus.check(gamma);
    }
  }

  BinaryFocalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with weights of the classes, {@link #alpha}; by default without. */
  public BinaryFocalCrossentropy applyClassBalancing() {
    return with("applyClassBalancing", true);
  }

  /** Returns this loss with another weight of class 1; by default 0.25, that of class 0 0.75. */
  public BinaryFocalCrossentropy alpha(double alpha) {
    return with("alpha", alpha);
  }

  /** Returns this loss with another power of the probability of error; by default 2. */
  public BinaryFocalCrossentropy gamma(double gamma) {
    return with("gamma", gamma);
  }

  @Override
  Tensor values(Tensor labels, Tensor predictions) {
    Arguments a = arguments();
    Tensor y = Labels.smooth(labels, a.labelSmoothing);
    Tensor notY = y.neg().add(1);
    Tensor p = a.fromLogits ? Activations.sigmoid(predictions) : predictions;
    Tensor notP = a.fromLogits ? Activations.sigmoid(predictions.neg()) : p.neg().add(1);
    Tensor error = y.mul(notP).add(notY.mul(p));
    Tensor values =
        Focus.on(error, a.gamma).mul(BinaryCrossentropy.entropy(y, predictions, a.fromLogits));
    Tensor weighted =
        a.applyClassBalancing ? y.mul(a.alpha).add(notY.mul(1 - a.alpha)).mul(values) : values;
    return Outputs.mean(weighted, a.axis);
  }
}
