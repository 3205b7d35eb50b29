package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Penalties on the outputs of a layer, each divided by the number of examples, as in Keras. */
final class ActivityLoss {
  private ActivityLoss() {}

  static List<Tensor> of(Regularizer penalty, Object output) {
    return TensorTree.tensorsOf(output).stream().map(tensor -> of(penalty, tensor)).toList();
  }

  private static Tensor of(Regularizer penalty, Tensor output) {
    Tensor loss = penalty.of(output);
    Shape shape = output.shape();
    if (shape.isScalar()) {
      return loss;
    }
    return loss.div(shape.size(0) == Shape.UNKNOWN ? examples(output) : shape.size(0));
  }

  /** Returns the number of examples, which is known only when the traced function runs. */
  private static Tensor examples(Tensor output) {
    int[] others = IntStream.range(1, output.shape().rank()).toArray();
    Tensor each = others.length == 0 ? output : Reductions.any(output.cast(DType.BOOL), others);
    return Creation.onesLike(each).cast(output.dtype()).sum();
  }
}
