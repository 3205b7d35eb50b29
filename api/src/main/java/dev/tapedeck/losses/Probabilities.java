package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/** Probabilities of classes on an axis. */
final class Probabilities {
  /** Distance of probabilities from 0 and 1 that keeps their logarithms finite, as in Keras. */
  static final double EPSILON = 1e-7;

  private Probabilities() {}

  /** Returns the logarithms of the probabilities that predictions are, or are logits of. */
  static Tensor logs(Tensor predictions, boolean fromLogits, int axis) {
    return fromLogits ? Softmax.logSoftmax(predictions, axis) : log(normalized(predictions, axis));
  }

  /** Returns probabilities scaled to sum to 1; uniform ones where all are 0. */
  static Tensor normalized(Tensor probabilities, int axis) {
    Tensor sum = Reductions.sum(probabilities, true, axis);
    Tensor none = sum.equal(0);
    Tensor divided = probabilities.div(Logic.where(none, Creation.onesLike(sum), sum));
    return Logic.where(none, even(probabilities, axis), divided);
  }

  /** Returns the probability of each class where all have the same, with an axis of size 1. */
  static Tensor even(Tensor probabilities, int axis) {
    return Maths.reciprocal(Reductions.sum(Creation.onesLike(probabilities), true, axis));
  }

  static Tensor log(Tensor probabilities) {
    return Maths.log(safe(probabilities));
  }

  static Tensor safe(Tensor probabilities) {
    return Maths.clip(probabilities, EPSILON, 1 - EPSILON);
  }
}
