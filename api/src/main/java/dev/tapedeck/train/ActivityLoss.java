package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/** Penalties on the outputs of a layer, each divided by the number of examples, as in Keras. */
final class ActivityLoss {
  private ActivityLoss() {}

  static List<Tensor> of(Regularizer penalty, Object output) {
    return TensorTree.tensorsOf(output).stream().map(tensor -> of(penalty, tensor)).toList();
  }

  private static Tensor of(Regularizer penalty, Tensor output) {
    Tensor loss = penalty.of(output);
    return output.shape().isScalar() ? loss : loss.div(output.shape().size(0));
  }
}
