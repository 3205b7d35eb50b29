package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A layer that applies an activation function, such as {@code Activations::relu}: {@code y =
 * function(x)}.
 */
public final class Activation extends Layer {
  private final UnaryOperator<Tensor> function;

  /** Makes a layer of a function. */
  public Activation(UnaryOperator<Tensor> function) {
    this.function =
        Objects.requireNonNull(
            function, "Activation: the function is null; give one, as Activations::relu");
  }

  @Override
  protected Tensor call(Tensor x) {
    return function.apply(x);
  }
}
