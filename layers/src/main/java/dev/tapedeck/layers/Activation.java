package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A layer that applies an activation function, such as {@code Activations::relu}: {@code y =
 * function(x)}.
 */
public final class Activation extends BuiltIn<Activation.Arguments, Activation> {
  /** The arguments of an {@link Activation}. */
  public record Arguments(UnaryOperator<Tensor> activation) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven("Activation", "function", activation, "Activations::relu");
    }
  }

  private Activation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of a function. */
  public Activation(UnaryOperator<Tensor> activation) {
    this(new Arguments(activation));
  }

  @Override
  protected Tensor call(Tensor x) {
    return args().activation().apply(x);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
