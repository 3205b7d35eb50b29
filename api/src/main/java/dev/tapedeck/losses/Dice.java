package dev.tapedeck.losses;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.List;

/**
 * The share of labels and predictions that is not common to both: {@code 1 - 2 sum(y p) / (sum(y) +
 * sum(p) + 1e-7)}, over the whole batch or over some axes; 1 where both are empty.
 */
public final class Dice extends OverlapLoss<Dice.Arguments, Dice> {
  /**
   * The arguments of a {@link Dice} loss.
   *
   * @param reduction reduction of the values to one number
   * @param axis the axes that the sums are over; null for all
   */
  public record Arguments(Reduction reduction, List<Integer> axis)
      implements OverlapLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      axis = axis == null ? null : List.copyOf(axis);
    }
  }

  Dice(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor both = sum(y.mul(p));
    Tensor all = sum(y).add(sum(p)).add(Probabilities.EPSILON);
    return both.mul(2).div(all).neg().add(1);
  }
}
