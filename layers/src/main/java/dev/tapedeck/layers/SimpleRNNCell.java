package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A step of a {@link SimpleRNN}: {@code h' = activation(x @ kernel + h @ recurrent_kernel + bias)},
 * which is the output as well.
 *
 * <p>A step {@code [n, features]} and a state {@code [n, units]} give an output {@code [n, units]}.
 * The variables are {@code kernel [features, units]}, {@code recurrent_kernel [units, units]} and
 * {@code bias [units]}. Called alone in training, each call draws masks of dropout of its own.
 */
public final class SimpleRNNCell extends BuiltInCell<SimpleRNNCell.Arguments, SimpleRNNCell> {
  /** The arguments of a {@link SimpleRNNCell}. */
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
      Constraint kernelConstraint,
      Constraint recurrentConstraint,
      Constraint biasConstraint,
      double dropout,
      double recurrentDropout,
      Long seed)
      implements BuiltInCell.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("SimpleRNNCell", "units", units);
      BuiltInCell.check(
          "SimpleRNNCell",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private SimpleRNNCell(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a cell.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public SimpleRNNCell(int units) {
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
            0,
            0,
            null));
  }

  /** For a layer: makes a cell of those of its arguments that have the names of a cell's. */
  static SimpleRNNCell of(Record arguments) {
    return new SimpleRNNCell(LayerOptions.select(Arguments.class, arguments));
  }

  @Override
  public List<Integer> stateSizes() {
    return List.of(args().units());
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
    return 1;
  }

  @Override
  boolean hasOp() {
    return is("tanh", args().activation());
  }

  @Override
  RecurrentOutput byOp(Tensor sequence, List<Tensor> states, Tensor mask) {
    Tensor all =
        Recurrent.simpleRnn(sequence, states.getFirst(), kernel(), recurrentKernel(), bias(), mask);
    return new RecurrentOutput(all, List.of(all.get(-1)));
  }

  @Override
  RecurrentOutput step(Tensor x, List<Tensor> states, Noise noise) {
    Tensor z =
        project(x, kernel(), noise.input())
            .add(project(states.getFirst(), recurrentKernel(), noise.state()));
    Tensor y = args().activation().apply(bias() == null ? z : z.add(bias()));
    return new RecurrentOutput(y, List.of(y));
  }
}
