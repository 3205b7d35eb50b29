package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.LayerFunction;
import dev.tapedeck.train.WeightSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Base of the built-in recurrent cells: gates that are linear in input and state, with dropout.
 *
 * @param <A> record of the arguments
 * @param <L> the cell itself
 */
abstract class BuiltInCell<A extends Record & BuiltInCell.Arguments, L extends BuiltInCell<A, L>>
    extends RecurrentCell implements RecurrentOptions<L> {
  private static final Noise NONE = new Noise(List.of(), List.of());

  private Variable kernel;
  private Variable recurrentKernel;
  private Variable bias;
  private RandomGenerator generator; // null for the process's generator
  private boolean hasOp;

  /** The arguments that all these cells have. */
  interface Arguments {
    UnaryOperator<Tensor> activation();

    boolean useBias();

    Initializer kernelInitializer();

    Initializer recurrentInitializer();

    Initializer biasInitializer();

    Regularizer kernelRegularizer();

    Regularizer recurrentRegularizer();

    Regularizer biasRegularizer();

    Constraint kernelConstraint();

    Constraint recurrentConstraint();

    Constraint biasConstraint();

    double dropout();

    double recurrentDropout();

    Long seed();
  }

  /**
   * The masks of dropout, factors of 0 or more.
   *
   * @param input for the input: none, one, or one for each gate
   * @param state for the state, likewise
   */
  record Noise(List<Tensor> input, List<Tensor> state) {}

  BuiltInCell(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that all these cells have. */
  static void check(
      String who,
      UnaryOperator<Tensor> activation,
      Initializer kernelInitializer,
      Initializer recurrentInitializer,
      Initializer biasInitializer,
      double dropout,
      double recurrentDropout) {
    LayerOptions.requireGiven(who, "activation", activation, "Activations::tanh");
    LayerOptions.requireGiven(
        who, "kernelInitializer", kernelInitializer, "Initializers.glorotUniform()");
    LayerOptions.requireGiven(
        who, "recurrentInitializer", recurrentInitializer, "Initializers.orthogonal()");
    LayerOptions.requireGiven(who, "biasInitializer", biasInitializer, "Initializers.zeros()");
    checkRate(who, "dropout", dropout);
    checkRate(who, "recurrentDropout", recurrentDropout);
  }

  private static void checkRate(String who, String what, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw Refusal.of(
          who,
          "needs a " + what + ", the part that is set to 0, in [0, 1)",
          rate,
          "use 0.1 to keep 90%");
    }
  }

  /** Returns the present arguments. */
  @SuppressWarnings("unchecked") // the constructor took an A, and its record replaces components
  final A args() {
    return (A) arguments();
  }

  /** Returns the name for messages. */
  String who() {
    return getClass().getSimpleName();
  }

  /** Returns the number of gates, whose units lie side by side on the last axis of the kernels. */
  abstract int gates();

  /** Returns the shape of a kernel for inputs of a shape; throws if their rank is wrong. */
  abstract Shape kernelShape(Shape input);

  /** Returns the shape of the state's kernel for inputs of a shape. */
  abstract Shape recurrentKernelShape(Shape input);

  /** Returns the shape of the bias. */
  abstract Shape biasShape();

  Initializer biasInitializer() {
    return args().biasInitializer();
  }

  /** Returns whether there is an op for these arguments, without dropout of the state. */
  boolean hasOp() {
    return false;
  }

  /** Returns the outputs of all steps and the last states, by that op; see {@link #atOnce}. */
  RecurrentOutput byOp(Tensor sequence, List<Tensor> states, Tensor mask) {
    throw new UnsupportedOperationException(who() + ": has no op");
  }

  /** Returns whether a function is one of {@link Activations}. */
  static boolean is(String name, UnaryOperator<Tensor> function) {
    return Activations.nameOf(function).equals(Optional.of(name));
  }

  /** Returns the output and states of a step, whose masks of dropout are drawn. */
  abstract RecurrentOutput step(Tensor x, List<Tensor> states, Noise noise);

  @Override
  protected final void build(RecurrentInput in) {
    A args = args();
    Shape input = in.input().shape();
    kernel =
        addVariable(
            new WeightSpec("kernel", args.kernelInitializer(), kernelShape(input).toArray())
                .regularizer(args.kernelRegularizer())
                .constraint(args.kernelConstraint()));
    recurrentKernel =
        addVariable(
            new WeightSpec(
                    "recurrent_kernel",
                    args.recurrentInitializer(),
                    recurrentKernelShape(input).toArray())
                .regularizer(args.recurrentRegularizer())
                .constraint(args.recurrentConstraint()));
    bias =
        args.useBias()
            ? addVariable(
                new WeightSpec("bias", biasInitializer(), biasShape().toArray())
                    .regularizer(args.biasRegularizer())
                    .constraint(args.biasConstraint()))
            : null;
    generator = args.seed() == null ? null : RandomGenerator.of(args.seed());
    hasOp = hasOp();
  }

  final Tensor kernel() {
    return Operands.tensor(kernel);
  }

  final Tensor recurrentKernel() {
    return Operands.tensor(recurrentKernel);
  }

  /** Returns the bias; null for none. */
  final Tensor bias() {
    return bias == null ? null : Operands.tensor(bias);
  }

  @Override
  protected final RecurrentOutput call(RecurrentInput in, boolean training) {
    requireStates(in.states());
    return step(in, draw(in.input(), in.states().getFirst(), training));
  }

  private void requireStates(List<Tensor> states) {
    int count = stateSizes().size();
    if (states.size() != count) {
      throw Refusal.of(
          who(),
          "needs " + count + (count == 1 ? " state" : " states"),
          states.size(),
          "give those that the step before returned, or zeros");
    }
  }

  private RecurrentOutput step(RecurrentInput in, Noise noise) {
    requireFitting(in.input().dtype(), in.input().shape());
    return step(in.input(), in.states(), noise);
  }

  private void requireFitting(DType dtype, Shape step) {
    if (!kernel.shape().equals(kernelShape(step)) || dtype != kernel().dtype()) {
      throw Refusal.of(
          who(),
          "needs inputs for the kernel " + kernel().spec(),
          dtype + " " + step,
          "cast or reshape them, or give them a layer of their own");
    }
  }

  @Override
  final RecurrentOutput atOnce(
      Tensor sequence, List<Tensor> states, Tensor mask, boolean training) {
    if (!hasOp || (training && args().recurrentDropout() > 0)) {
      return null;
    }
    double dropout = training ? args().dropout() : 0;
    LayerFunction<RecurrentInput, RecurrentOutput> steps =
        (layer, in, flag) -> ((BuiltInCell<?, ?>) layer).steps(in, mask, dropout);
    return apply(steps, new RecurrentInput(sequence, states), null);
  }

  private RecurrentOutput steps(RecurrentInput in, Tensor mask, double dropout) {
    Tensor sequence = in.input();
    Shape shape = sequence.shape();
    requireFitting(sequence.dtype(), shape.slice(1, shape.rank()));
    Tensor noisy =
        dropout == 0
            ? sequence
            : sequence.mul(masks(sequence.get(0), dropout, inputMasks()).getFirst());
    return byOp(noisy, in.states(), mask);
  }

  @Override
  protected final Function<RecurrentInput, RecurrentOutput> sequence(
      Tensor input, boolean training) {
    if (!training || (args().dropout() == 0 && args().recurrentDropout() == 0)) {
      return this::apply;
    }
    ready(input);
    Tensor typed = dtypePolicy() == null ? input : input.cast(dtypePolicy().compute());
    Noise noise = draw(typed, initialStates(typed).getFirst(), true);
    LayerFunction<RecurrentInput, RecurrentOutput> step =
        (layer, in, flag) -> ((BuiltInCell<?, ?>) layer).step(in, noise);
    return in -> apply(step, in, null);
  }

  /** Draws masks; one for each gate where the state is masked. */
  private Noise draw(Tensor input, Tensor state, boolean training) {
    double dropout = args().dropout();
    double recurrent = args().recurrentDropout();
    return training && (dropout > 0 || recurrent > 0)
        ? new Noise(
            masks(input, dropout, recurrent > 0 ? gates() : inputMasks()),
            masks(state, recurrent, gates()))
        : NONE;
  }

  /** Returns the number of masks of the input, where the state has none. */
  int inputMasks() {
    return 1;
  }

  private List<Tensor> masks(Tensor like, double rate, int count) {
    if (rate == 0) {
      return List.of();
    }
    Tensor ones = Creation.onesLike(like);
    return Stream.generate(
            () -> {
              RandomKey key = generator == null ? RandomKey.next() : generator.next();
              return Regularization.dropout(ones, rate, key);
            })
        .limit(count)
        .toList();
  }

  /** A product of a tensor and a kernel. */
  @FunctionalInterface
  interface Product {
    Tensor of(Tensor x, Tensor kernel);
  }

  /** Returns the product for all gates, whose masks may differ. */
  static Tensor project(Tensor x, Tensor kernel, List<Tensor> masks, int axis, Product product) {
    if (masks.isEmpty()) {
      return product.of(x, kernel);
    } else if (masks.size() == 1) {
      return product.of(x.mul(masks.getFirst()), kernel);
    }
    List<Tensor> kernels = Joining.split(kernel, masks.size(), -1);
    List<Tensor> parts = new ArrayList<>();
    for (int gate = 0; gate < masks.size(); gate++) {
      parts.add(product.of(x.mul(masks.get(gate)), kernels.get(gate)));
    }
    return Joining.concat(axis, parts.toArray());
  }

  /** Returns the matrix product for all gates, whose masks may differ. */
  static Tensor project(Tensor x, Tensor kernel, List<Tensor> masks) {
    return project(x, kernel, masks, -1, Tensor::matmul);
  }

  /** Returns the shape of a kernel of gates of units. */
  final Shape matrix(Shape input, int units) {
    if (input.rank() != 2) {
      throw Refusal.of(
          who(),
          "needs one step [n, features]",
          input,
          "give it to a layer of the cell, as new RNN(cell), for sequences [n, time, features]");
    }
    return Shape.of(input.size(-1), (long) gates() * units);
  }

  @Override
  public final L option(String argument, Object value) {
    replaceArgument(argument, value);
    return self();
  }

  @Override
  public final L name(String given) {
    super.name(given);
    return self();
  }

  @Override
  public final L dtype(DTypePolicy policy) {
    super.dtype(policy);
    return self();
  }

  @Override
  public final L trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return self();
  }

  @Override
  @SuppressWarnings("unchecked") // a copy is of the same class
  public final L copy() {
    return (L) super.copy();
  }

  @SuppressWarnings("unchecked") // L is the class that extends this
  private L self() {
    return (L) this;
  }
}
