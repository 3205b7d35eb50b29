package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Long short-term memory layer: a {@link LSTMCell} applied to the steps of sequences, one after the
 * other.
 *
 * <p>Sequences {@code [n, time, features]} give the last output {@code [n, units]}, or with {@code
 * returnSequences} all of them, {@code [n, time, units]}. The states are the output and the memory,
 * each {@code [n, units]}. The variables are those of the cell, {@code cell/kernel}; what masks,
 * {@code goBackwards} and {@code stateful} do is said at {@link RecurrentLayer}.
 */
public final class LSTM extends RecurrentLayer<LSTM.Arguments, LSTM>
    implements RecurrentOptions<LSTM> {
  /** The arguments of an {@link LSTM}. */
  public record Arguments(
      int units,
      UnaryOperator<Tensor> activation,
      UnaryOperator<Tensor> recurrentActivation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer recurrentInitializer,
      Initializer biasInitializer,
      boolean unitForgetBias,
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
      LayerOptions.requirePositive("LSTM", "units", units);
      LayerOptions.requireGiven(
          "LSTM", "recurrentActivation", recurrentActivation, "Activations::sigmoid");
      BuiltInCell.check(
          "LSTM",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private LSTM(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer that returns the last output.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public LSTM(int units) {
    this(
        new Arguments(
            units,
            Activations::tanh,
            Activations::sigmoid,
            true,
            Initializers.glorotUniform(),
            Initializers.orthogonal(),
            Initializers.zeros(),
            true,
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

  /** Sets the activation of the gates; by default sigmoid. */
  public LSTM recurrentActivation(UnaryOperator<Tensor> activation) {
    return option("recurrentActivation", activation);
  }

  /**
   * Sets whether the bias of the forget gate begins at 1, rather than as the others; by default it
   * does.
   */
  public LSTM unitForgetBias(boolean one) {
    return option("unitForgetBias", one);
  }

  /** Sets whether the steps are to be unrolled, which changes no result; by default false. */
  public LSTM unroll(boolean unroll) {
    return option("unroll", unroll);
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public LSTM activityRegularizer(Regularizer regularizer) {
    return option("activityRegularizer", regularizer);
  }

  @Override
  protected Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  @Override
  public LSTM option(String argument, Object value) {
    return with(argument, value);
  }

  @Override
  RecurrentCell makeCell() {
    return LSTMCell.of(args());
  }
}
