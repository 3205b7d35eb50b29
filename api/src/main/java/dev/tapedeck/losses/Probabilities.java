package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/** Probabilities of classes on the last axis. */
final class Probabilities {
  /** Distance of probabilities from 0 and 1 that keeps their logarithms finite, as in Keras. */
  private static final double EPSILON = 1e-7;

  private Probabilities() {}

  /** Returns probabilities scaled to sum to 1; uniform ones where all are 0. */
  static Tensor normalized(Tensor probabilities) {
    Tensor sum = Reductions.sum(probabilities, true, -1);
    Tensor none = sum.equal(0);
    Tensor ones = Creation.onesLike(probabilities);
    Tensor even = Reductions.mean(ones.div(Reductions.sum(ones, true, -1)), true, -1);
    return Logic.where(
        none, even, probabilities.div(Logic.where(none, Creation.onesLike(sum), sum)));
  }

  static Tensor log(Tensor probabilities) {
    return Maths.log(safe(probabilities));
  }

  static Tensor safe(Tensor probabilities) {
    return Maths.clip(probabilities, EPSILON, 1 - EPSILON);
  }
}
