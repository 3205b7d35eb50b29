package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A constraint of the Euclidean norm along axes to 1.
 *
 * @param axis axes of the weights of one unit, as in {@link MaxNorm}
 */
public record UnitNorm(List<Integer> axis) implements Constraint {
  /** Copies the axes. */
  public UnitNorm {
    axis = Parameters.axes(this, "axis", axis);
  }

  @Override
  public Tensor of(Tensor weights) {
    return AxisNorm.rescaled(weights, axis, Creation::onesLike);
  }
}
