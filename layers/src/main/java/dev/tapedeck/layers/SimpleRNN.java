package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Fully connected recurrent layer: a {@link SimpleRNNCell} applied to the steps of sequences, one
 * after the other.
 *
 * <p>Sequences {@code [n, time, features]} give the last output {@code [n, units]}, or with {@code
 * returnSequences} all of them, {@code [n, time, units]}. The state is the output, each {@code [n,
 * units]}. The variables are those of the cell, {@code cell/kernel}; what masks, {@code
 * goBackwards} and {@code stateful} do is said at {@link RecurrentLayer}.
 */
public final class SimpleRNN extends RecurrentLayer<SimpleRNN.Arguments, SimpleRNN>
    implements RecurrentOptions<SimpleRNN> {
  /** The arguments of a {@link SimpleRNN}. */
  public record Arguments(
      int units,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer recurrentInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer recurrentRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint recurrentConstraint,
      Constraint biasConstraint,
      double dropout,
      double recurrentDropout,
      Long seed,
      boolean returnSequences,
      boolean returnState,
      boolean goBackwards,
      boolean stateful,
      boolean unroll)
      implements RecurrentLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("SimpleRNN", "units", units);
      BuiltInCell.check(
          "SimpleRNN",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private SimpleRNN(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer that returns the last output.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public SimpleRNN(int units) {
    this(
        new Arguments(
            units,
            Activations::tanh,
            true,
            Initializers.glorotUniform(),
            Initializers.orthogonal(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            0,
            0,
            null,
            false,
            false,
            false,
            false,
            false));
  }

  /** Sets whether the steps are to be unrolled, which changes no result; by default false. */
  public SimpleRNN unroll(boolean unroll) {
    return option("unroll", unroll);
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public SimpleRNN activityRegularizer(Regularizer regularizer) {
    return option("activityRegularizer", regularizer);
  }

  @Override
  protected Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  @Override
  public SimpleRNN option(String argument, Object value) {
    return with(argument, value);
  }

  @Override
  RecurrentCell makeCell() {
    return SimpleRNNCell.of(args());
  }
}
