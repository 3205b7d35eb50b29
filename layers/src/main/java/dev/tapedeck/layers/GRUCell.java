package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A step of a {@link GRU}: of the input {@code x} and the state {@code h} of the step before,
 *
 * <pre>{@code
 * z = sigmoid(x @ kernel_z + h @ recurrent_kernel_z)              // biases left out here
 * r = sigmoid(x @ kernel_r + h @ recurrent_kernel_r)
 * g = tanh(x @ kernel_h + r * (h @ recurrent_kernel_h))           // with resetAfter
 * g = tanh(x @ kernel_h + (r * h) @ recurrent_kernel_h)           // without
 * h' = z * h + (1 - z) * g
 * }</pre>
 *
 * <p>where {@code activation} is the tanh and {@code recurrentActivation} the sigmoid. A step
 * {@code [n, features]} and a state {@code [n, units]} give an output {@code h' [n, units]}. The
 * variables are {@code kernel [features, 3 * units]}, {@code recurrent_kernel [units, 3 * units]},
 * whose parts are those of z, r and h, and {@code bias}: {@code [2, 3 * units]}, one row for each
 * kernel, with resetAfter, else {@code [3 * units]}. Called alone in training, each call draws
 * masks of dropout of its own.
 *
 * <p>K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical
 * Machine Translation", EMNLP 2014.
 */
public final class GRUCell extends BuiltInCell<GRUCell.Arguments, GRUCell> {
  /** The arguments of a {@link GRUCell}. */
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
      Constraint kernelConstraint,
      Constraint recurrentConstraint,
      Constraint biasConstraint,
      double dropout,
      double recurrentDropout,
      Long seed,
      boolean resetAfter)
      implements BuiltInCell.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("GRUCell", "units", units);
      LayerOptions.requireGiven(
          "GRUCell", "recurrentActivation", recurrentActivation, "Activations::sigmoid");
      BuiltInCell.check(
          "GRUCell",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private GRUCell(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a cell.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public GRUCell(int units) {
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
            0,
            0,
            null,
            true));
  }

  /** For a layer: makes a cell of those of its arguments that have the names of a cell's. */
  static GRUCell of(Record arguments) {
    return new GRUCell(LayerOptions.select(Arguments.class, arguments));
  }

  /** Sets the activation of the gates; by default sigmoid. */
  public GRUCell recurrentActivation(UnaryOperator<Tensor> activation) {
    return option("recurrentActivation", activation);
  }

  /**
   * Sets whether the reset gate comes after the product with the state's kernel; by default it
   * does.
   */
  public GRUCell resetAfter(boolean after) {
    return option("resetAfter", after);
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
  int gates() {
    return 3;
  }

  @Override
  Shape biasShape() {
    long all = 3L * args().units();
    return args().resetAfter() ? Shape.of(2, all) : Shape.of(all);
  }

  @Override
  boolean hasOp() {
    Arguments args = args();
    return args.resetAfter
        && is("tanh", args.activation)
        && is("sigmoid", args.recurrentActivation);
  }

  @Override
  RecurrentOutput byOp(Tensor sequence, List<Tensor> states, Tensor mask) {
    Tensor all =
        Recurrent.gru(sequence, states.getFirst(), kernel(), recurrentKernel(), bias(), mask);
    return new RecurrentOutput(all, List.of(all.get(-1)));
  }

  @Override
  RecurrentOutput step(Tensor x, List<Tensor> states, Noise noise) {
    Arguments args = args();
    Tensor h = states.getFirst();
    Tensor bias = bias();
    Tensor ofInput = project(x, kernel(), noise.input());
    if (bias != null) {
      ofInput = ofInput.add(args.resetAfter ? bias.get(0) : bias);
    }
    List<Tensor> in = Joining.split(ofInput, 3, -1);
    if (args.resetAfter) {
      Tensor ofState = project(h, recurrentKernel(), noise.state());
      List<Tensor> inner = Joining.split(bias == null ? ofState : ofState.add(bias.get(1)), 3, -1);
      Tensor r = args.recurrentActivation.apply(in.get(1).add(inner.get(1)));
      return mixed(in.get(0).add(inner.get(0)), h, in.get(2).add(r.mul(inner.get(2))));
    }
    List<Tensor> masks = noise.state();
    List<Tensor> kernels = Joining.split(recurrentKernel(), 3, -1);
    Tensor z = in.get(0).add(masked(h, masks, 0).matmul(kernels.get(0)));
    Tensor r =
        args.recurrentActivation.apply(in.get(1).add(masked(h, masks, 1).matmul(kernels.get(1))));
    return mixed(z, h, in.get(2).add(r.mul(masked(h, masks, 2)).matmul(kernels.get(2))));
  }

  private static Tensor masked(Tensor h, List<Tensor> masks, int gate) {
    return masks.isEmpty() ? h : h.mul(masks.get(gate));
  }

  private RecurrentOutput mixed(Tensor update, Tensor h, Tensor candidate) {
    Tensor z = args().recurrentActivation().apply(update);
    Tensor g = args().activation().apply(candidate);
    Tensor y = z.mul(h).add(Maths.sub(1, z).mul(g));
    return new RecurrentOutput(y, List.of(y));
  }
}
