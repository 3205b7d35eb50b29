package dev.tapedeck.nn;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A constraint of the Euclidean norm along axes to {@code [minValue, maxValue]}, or part of the way
 * there: to {@code (1 - rate) * norm + rate * clip(norm, minValue, maxValue)}.
 *
 * @param minValue least norm, 0 or more
 * @param maxValue largest norm, {@code minValue} or more; may be infinite
 * @param rate share of the way in [0, 1]; 1 is strict
 * @param axis axes of the weights of one unit, as in {@link MaxNorm}
 */
public record MinMaxNorm(double minValue, double maxValue, double rate, List<Integer> axis)
    implements Constraint {
  /** Checks the norms and the rate, and copies the axes. */
  public MinMaxNorm {
    Parameters.notNegative(this, "minValue", minValue);
    if (maxValue != Double.POSITIVE_INFINITY) {
      Parameters.notNegative(this, "maxValue", maxValue);
    }
    if (minValue > maxValue) {
      throw Parameters.refusal(
          this, "minValue must be at most maxValue", minValue + " and " + maxValue, "swap them");
    }
    if (!(rate >= 0 && rate <= 1)) {
      throw Parameters.refusal(this, "rate must be in [0, 1]", rate, "give 1 to be strict");
    }
    axis = Parameters.axes(this, "axis", axis);
  }

  @Override
  public Tensor of(Tensor weights) {
    return AxisNorm.rescaled(
        weights,
        axis,
        norm -> Maths.clip(norm, minValue, maxValue).mul(rate).add(norm.mul(1 - rate)));
  }
}
