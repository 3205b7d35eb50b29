package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Gated recurrent unit layer: a {@link GRUCell} applied to the steps of sequences, one after the
 * other.
 *
 * <p>Sequences {@code [n, time, features]} give the last output {@code [n, units]}, or with {@code
 * returnSequences} all of them, {@code [n, time, units]}. The state is the output, each {@code [n,
 * units]}. The variables are those of the cell, {@code cell/kernel}; what masks, {@code
 * goBackwards} and {@code stateful} do is said at {@link RecurrentLayer}.
 */
public final class GRU extends RecurrentLayer<GRU.Arguments, GRU> implements RecurrentOptions<GRU> {
  /** The arguments of a {@link GRU}. */
  public record Arguments(
      int units,
      UnaryOperator<Tensor> activation,
      UnaryOperator<Tensor> recurrentActivation,
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
      boolean unroll,
      boolean resetAfter)
      implements RecurrentLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("GRU", "units", units);
      LayerOptions.requireGiven(
          "GRU", "recurrentActivation", recurrentActivation, "Activations::sigmoid");
      BuiltInCell.check(
          "GRU",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private GRU(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer that returns the last output.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public GRU(int units) {
    this(
        new Arguments(
            units,
            Activations::tanh,
            Activations::sigmoid,
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
            false,
            true));
  }

  /** Sets the activation of the gates; by default sigmoid. */
  public GRU recurrentActivation(UnaryOperator<Tensor> activation) {
    return option("recurrentActivation", activation);
  }

  /**
   * Sets whether the reset gate comes after the product with the state's kernel; by default it
   * does.
   */
  public GRU resetAfter(boolean after) {
    return option("resetAfter", after);
  }

  /** Sets whether the steps are to be unrolled, which changes no result; by default false. */
  public GRU unroll(boolean unroll) {
    return option("unroll", unroll);
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public GRU activityRegularizer(Regularizer regularizer) {
    return option("activityRegularizer", regularizer);
  }

  @Override
  protected Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  @Override
  public GRU option(String argument, Object value) {
    return with(argument, value);
  }

  @Override
  RecurrentCell makeCell() {
    return GRUCell.of(args());
  }
}
