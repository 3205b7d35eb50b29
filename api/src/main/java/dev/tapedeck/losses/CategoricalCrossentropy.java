package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The cross-entropy of distributions: {@code -sum(label * log p)} for one-hot labels of the
 * predictions' shape {@code [.., classes]}.
 *
 * <p>{@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class CategoricalCrossentropy
    extends SmoothedCrossentropy<CategoricalCrossentropy.Arguments, CategoricalCrossentropy> {
  /**
   * The arguments of a {@link CategoricalCrossentropy}.
   *
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param labelSmoothing share of each label that all classes get in equal parts
   * @param axis the axis of the classes
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

  CategoricalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  @Override
  String forClasses() {
    return "Losses.sparseCategoricalCrossentropy";
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    int axis = arguments().axis;
    Tensor smooth = Labels.smooth(y, arguments().labelSmoothing, axis);
    return Reductions.sum(smooth.mul(Probabilities.logs(p, arguments().fromLogits, axis)), axis)
        .neg();
  }
}
