package dev.tapedeck.nn;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A constraint of the Euclidean norm along axes to at most {@code maxValue}.
 *
 * @param maxValue largest norm, 0 or more
 * @param axis axes of the weights of one unit: 0 of a dense kernel {@code [in, out]}; 0, 1 and 2 of
 *     a convolution's {@code [height, width, in, out]}
 */
public record MaxNorm(double maxValue, List<Integer> axis) implements Constraint {
  /** Checks the norm, and copies the axes. */
  public MaxNorm {
    Parameters.notNegative(this, "maxValue", maxValue);
    axis = Parameters.axes(this, "axis", axis);
  }

  @Override
  public Tensor of(Tensor weights) {
    return AxisNorm.rescaled(weights, axis, norm -> Maths.minimum(norm, maxValue));
  }
}
