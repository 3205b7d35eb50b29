package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The negative cosine of the angle between labels and predictions: {@code -sum(y p) / (|y| |p|)},
 * -1 for vectors of one direction, 1 for opposite ones, 0 where either is 0.
 */
public final class CosineSimilarity
    extends BuiltInLoss<CosineSimilarity.Arguments, CosineSimilarity> {
  /** The least length that a vector is divided by, squared. */
  private static final double SMALLEST = 1e-12;

  /**
   * The arguments of a {@link CosineSimilarity} loss.
   *
   * @param axis the axis of the vectors
   * @param reduction reduction of the values to one number
   */
  public record Arguments(int axis, Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  CosineSimilarity(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another axis of the vectors; by default the last. */
  public CosineSimilarity axis(int axis) {
    return with("axis", axis);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Reductions.sum(unit(y).mul(unit(p)), arguments().axis).neg();
  }

  private Tensor unit(Tensor x) {
    Tensor squares = Reductions.sum(Maths.square(x), true, arguments().axis);
    return x.mul(Maths.rsqrt(Maths.maximum(squares, SMALLEST)));
  }
}
