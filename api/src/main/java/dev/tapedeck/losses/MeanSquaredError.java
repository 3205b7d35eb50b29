package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The mean of the squared differences between labels and predictions: {@code (y - p)^2}, the mean
 * over the last axis.
 */
public final class MeanSquaredError
    extends BuiltInLoss<MeanSquaredError.Arguments, MeanSquaredError> {
  /** The arguments of a {@link MeanSquaredError}. */
  public record Arguments(Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  MeanSquaredError(Arguments arguments) {
    super(arguments);
  }

  @Override
  public Tensor perExample(Tensor labels, Tensor predictions) {
    return Outputs.mean(
        Maths.squaredDifference(
            predictions, Labels.alike("meanSquaredError", labels, predictions)));
  }
}
