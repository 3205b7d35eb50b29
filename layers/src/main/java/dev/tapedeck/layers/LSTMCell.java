package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A step of an {@link LSTM}: of the input {@code x}, the output {@code h} and the memory {@code c}
 * of the step before,
 *
 * <pre>{@code
 * i, f, g, o = split(x @ kernel + h @ recurrent_kernel + bias)
 * c' = sigmoid(f) * c + sigmoid(i) * tanh(g)
 * h' = sigmoid(o) * tanh(c')
 * }</pre>
 *
 * <p>where {@code activation} is the tanh and {@code recurrentActivation} the sigmoid. A step
 * {@code [n, features]} and states {@code h, c [n, units]} give an output {@code h' [n, units]}.
 * The variables are {@code kernel [features, 4 * units]}, {@code recurrent_kernel [units, 4 *
 * units]} and {@code bias [4 * units]}. Called alone in training, each call draws masks of dropout
 * of its own.
 *
 * <p>S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997; with
 * the forget gate of F. Gers, J. Schmidhuber, F. Cummins, "Learning to Forget: Continual Prediction
 * with LSTM", Neural Computation 12(10), 2000.
 */
public final class LSTMCell extends BuiltInCell<LSTMCell.Arguments, LSTMCell> {
  /** The arguments of an {@link LSTMCell}. */
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
      Constraint kernelConstraint,
      Constraint recurrentConstraint,
      Constraint biasConstraint,
      double dropout,
      double recurrentDropout,
      Long seed)
      implements BuiltInCell.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("LSTMCell", "units", units);
      LayerOptions.requireGiven(
          "LSTMCell", "recurrentActivation", recurrentActivation, "Activations::sigmoid");
      BuiltInCell.check(
          "LSTMCell",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private LSTMCell(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a cell.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public LSTMCell(int units) {
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
            0,
            0,
            null));
  }

  /** For a layer: makes a cell of those of its arguments that have the names of a cell's. */
  static LSTMCell of(Record arguments) {
    return new LSTMCell(LayerOptions.select(Arguments.class, arguments));
  }

  /** Sets the activation of the gates; by default sigmoid. */
  public LSTMCell recurrentActivation(UnaryOperator<Tensor> activation) {
    return option("recurrentActivation", activation);
  }

  /**
   * Sets whether the bias of the forget gate begins at 1, rather than as the others; by default it
   * does.
   */
  public LSTMCell unitForgetBias(boolean one) {
    return option("unitForgetBias", one);
  }

  @Override
  public List<Integer> stateSizes() {
    return List.of(args().units(), args().units());
  }

  @Override
  Shape kernelShape(Shape input) {
    return matrix(input, args().units());
  }

  @Override
  Shape recurrentKernelShape(Shape input) {
    return Shape.of(args().units(), (long) gates() * args().units());
  }

  @Override
  Shape biasShape() {
    return Shape.of((long) gates() * args().units());
  }

  @Override
  int gates() {
    return 4;
  }

  @Override
  Initializer biasInitializer() {
    return args().unitForgetBias()
        ? oneForForgetting(args().biasInitializer())
        : args().biasInitializer();
  }

  /** Returns an initializer of the biases of four gates, of which the second is of ones. */
  static Initializer oneForForgetting(Initializer others) {
    return (key, spec) -> {
      long units = spec.shape().size(0) / 4;
      return Joining.concat(
          0,
          others.create(key, new TensorSpec(spec.dtype(), Shape.of(units))),
          Tensor.ones(spec.dtype(), units),
          others.create(key, new TensorSpec(spec.dtype(), Shape.of(2 * units))));
    };
  }

  @Override
  boolean hasOp() {
    return is("tanh", args().activation()) && is("sigmoid", args().recurrentActivation());
  }

  @Override
  RecurrentOutput byOp(Tensor sequence, List<Tensor> states, Tensor mask) {
    Recurrent.Lstm all =
        Recurrent.lstm(
            sequence,
            states.getFirst(),
            states.getLast(),
            kernel(),
            recurrentKernel(),
            bias(),
            mask);
    return new RecurrentOutput(
        all.outputs(), List.of(all.outputs().get(-1), all.memories().get(-1)));
  }

  @Override
  RecurrentOutput step(Tensor x, List<Tensor> states, Noise noise) {
    Tensor z =
        project(x, kernel(), noise.input())
            .add(project(states.getFirst(), recurrentKernel(), noise.state()));
    return gated(
        bias() == null ? z : z.add(bias()),
        states.getLast(),
        -1,
        args().activation(),
        args().recurrentActivation());
  }

  /** Returns the output and states of the gates {@code i, f, g, o} along an axis. */
  static RecurrentOutput gated(
      Tensor z,
      Tensor memory,
      int axis,
      UnaryOperator<Tensor> activation,
      UnaryOperator<Tensor> gate) {
    List<Tensor> gates = Joining.split(z, 4, axis);
    Tensor kept = gate.apply(gates.get(1)).mul(memory);
    Tensor c = kept.add(gate.apply(gates.get(0)).mul(activation.apply(gates.get(2))));
    Tensor h = gate.apply(gates.get(3)).mul(activation.apply(c));
    return new RecurrentOutput(h, List.of(h, c));
  }
}
