package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;

/** The outputs of an example, which are on the last axis. */
final class Outputs {
  private Outputs() {}

  /** Returns the means over the last axis; where it is the only axis, it counts the examples. */
  static Tensor mean(Tensor values) {
    return values.shape().rank() < 2 ? values : Reductions.mean(values, -1);
  }
}
