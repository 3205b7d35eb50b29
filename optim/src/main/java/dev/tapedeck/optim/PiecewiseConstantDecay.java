package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;
import java.util.List;

/**
 * A learning rate that is constant between boundaries: the first value up to and with the first
 * boundary, then the next.
 *
 * @param boundaries steps after which the next value holds, in ascending order
 * @param values rates, one more than boundaries
 */
public record PiecewiseConstantDecay(List<Long> boundaries, List<Double> values)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public PiecewiseConstantDecay {
    boundaries = List.copyOf(boundaries);
    values = List.copyOf(values);
    if (values.size() != boundaries.size() + 1
        || !boundaries.stream().sorted().distinct().toList().equals(boundaries)) {
      throw Refusal.of(
          "PiecewiseConstantDecay",
          "needs ascending boundaries and one value more",
          boundaries + " and " + values,
          "give a value before each boundary, and one after the last");
    }
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor rate = Tensor.of((double) values.getLast());
    for (int i = boundaries.size() - 1; i >= 0; i--) {
      rate = Logic.where(step.lessEqual((double) boundaries.get(i)), values.get(i), rate);
    }
    return rate;
  }
}
