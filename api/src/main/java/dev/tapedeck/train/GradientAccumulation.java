package dev.tapedeck.train;

import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The accumulation of gradients over several calls, whose mean makes one step. */
final class GradientAccumulation {
  /** The slot of a variable's sum of gradients since the latest step. */
  static final String SLOT = "gradient_accumulator";

  private final int every;
  private final OptimizerSlots slots;

  GradientAccumulation(int every, OptimizerSlots slots) {
    this.every = every;
    this.slots = slots;
  }

  /**
   * Adds gradients to the sums, and takes a step by their means if it is due.
   *
   * @param number number of the call, from 1: int64, a scalar
   */
  void add(
      List<Tensor> gradients,
      List<Variable> variables,
      Tensor number,
      Consumer<List<Tensor>> step) {
    List<Variable> sums = variables.stream().map(v -> slots.get(v, SLOT, null)).toList();
    Tensor _ =
        ControlFlow.cond(
            number.mod((long) every).equal(0L),
            () -> {
              step.accept(
                  IntStream.range(0, sums.size())
                      .mapToObj(i -> gradients.get(i).add(sums.get(i)).div(every))
                      .toList());
              sums.forEach(sum -> sum.assign(Creation.zerosLike(sum)));
              return Tensor.of(true);
            },
            () -> {
              for (int i = 0; i < sums.size(); i++) {
                sums.get(i).assignAdd(gradients.get(i));
              }
              return Tensor.of(false);
            });
  }
}
