package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** The Euclidean norm of weights along axes, as Keras's constraints limit it. */
final class AxisNorm {
  /** Keras's {@code backend.epsilon()}, which keeps weights of 0 from a division by 0. */
  private static final double EPSILON = 1e-7;

  private AxisNorm() {}

  /** Returns {@code w * desired(norm) / (norm + 1e-7)}. */
  static Tensor rescaled(Tensor weights, List<Integer> axis, UnaryOperator<Tensor> desired) {
    int[] axes = axis.stream().mapToInt(Integer::intValue).toArray();
    Tensor norm = Reductions.norm(weights, true, axes);
    return weights.mul(desired.apply(norm).div(norm.add(EPSILON)));
  }
}
