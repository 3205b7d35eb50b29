package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;

/** The outputs of an example, which are on the last axis. */
final class Outputs {
  private Outputs() {}

  /** Returns the means over the last axis; where it is the only axis, it counts the examples. */
  static Tensor mean(Tensor values) {
    return mean(values, -1);
  }

  /** Returns the means over an axis; where it is the only one, it counts the examples. */
  static Tensor mean(Tensor values, int axis) {
    return values.shape().rank() < 2 ? values : Reductions.mean(values, axis);
  }
}
