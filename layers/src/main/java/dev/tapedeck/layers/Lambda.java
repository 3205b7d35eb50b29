package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A layer of a Java function of tensors: {@code y = function(x)}.
 *
 * <p>What else the function needs it captures. Variables that it captures are not the layer's, and
 * are not trained: write a {@link dev.tapedeck.train.Layer} for those. Without a function for the
 * mask a mask is dropped.
 */
public final class Lambda extends BuiltIn<Lambda.Arguments, Lambda> {
  /**
   * The arguments of a {@link Lambda}.
   *
   * @param function function of the input
   * @param mask function of the input and its mask, which may be null, for the output's mask; null
   *     for none
   */
  public record Arguments(UnaryOperator<Tensor> function, BinaryOperator<Tensor> mask) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven("Lambda", "function", function, "x -> x.mul(2)");
    }
  }

  private Lambda(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of a function. */
  public Lambda(UnaryOperator<Tensor> function) {
    this(new Arguments(function, null));
  }

  /** Sets a function of the input and its mask for the output's mask; by default there is none. */
  public Lambda mask(BinaryOperator<Tensor> mask) {
    return with("mask", mask);
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor y = args().function.apply(x);
    Tensor mask = args().mask == null ? null : args().mask.apply(x, x.mask());
    return mask == null ? y : y.withMask(mask);
  }
}
