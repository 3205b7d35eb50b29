package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Densely connected layer: {@code y = activation(x @ kernel + bias)}.
 *
 * <p>Inputs {@code [n, .., features]} give {@code [n, .., units]}: all axes but the last are batch
 * axes. The variables are {@code kernel [features, units]} and {@code bias [units]}.
 *
 * <p>An input of another rank, element type or number of features than the layer was built for
 * throws {@link IllegalArgumentException}; numbers are never converted silently.
 */
public final class Dense extends Affine<Dense.Arguments, Dense> {
  /** The arguments of a {@link Dense}. */
  public record Arguments(
      int units,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint)
      implements Affine.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("Dense", "units", units);
      Affine.check("Dense", activation, kernelInitializer, biasInitializer);
    }
  }

  private Dense(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public Dense(int units) {
    this(units, Activations::linear);
  }

  /**
   * Makes a layer.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public Dense(int units, UnaryOperator<Tensor> activation) {
    this(
        new Arguments(
            units,
            activation,
            true,
            Initializers.glorotUniform(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null));
  }

  @Override
  int outputs() {
    return args().units();
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }

  @Override
  Shape kernelShape(Shape input) {
    if (input.rank() < 2) {
      throw new IllegalArgumentException(
          "Dense: needs inputs [n, .., features] of rank 2 or more, received "
              + input
              + "; batch(n) the dataset, or expandDims a single example");
    }
    return Shape.of(input.size(-1), outputs());
  }

  @Override
  Tensor linear(Tensor x, Variable kernel) {
    Shape shape = x.shape();
    return shape.rank() == 2
        ? x.matmul(kernel)
        : x.reshape(-1, shape.size(-1)).matmul(kernel).reshape(shape.with(-1, outputs()).toArray());
  }
}
