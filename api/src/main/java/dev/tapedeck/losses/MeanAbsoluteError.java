package dev.tapedeck.losses;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The mean of the absolute differences between labels and predictions: {@code |y - p|}, the mean
 * over the last axis.
 */
public final class MeanAbsoluteError
    extends BuiltInLoss<MeanAbsoluteError.Arguments, MeanAbsoluteError> {
  /** The arguments of a {@link MeanAbsoluteError}. */
  public record Arguments(Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  MeanAbsoluteError(Arguments arguments) {
    super(arguments);
  }

  @Override
  public Tensor perExample(Tensor labels, Tensor predictions) {
    return Outputs.mean(
        predictions.sub(Labels.alike("meanAbsoluteError", labels, predictions)).abs());
  }
}
