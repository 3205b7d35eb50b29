package dev.tapedeck.layers;

import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.function.ControlFlow.Step;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.LayerFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Base of the recurrent layers: a {@link RecurrentCell} applied to the steps of sequences, one
 * after the other, each with the states that the one before left.
 *
 * <p>Sequences {@code [n, time, ..]} give the last output {@code [n, ..]}, or with {@code
 * returnSequences} all of them, {@code [n, time, ..]}. {@link #applyWithState} takes the states
 * before the first step and returns those after the last one, too.
 *
 * <p>A step that a mask {@code [n, time]} excludes leaves the states as they are, and its output is
 * that of the step before, zeros at first. Training and traced functions take any number of steps.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
public abstract class RecurrentLayer<
        A extends Record & RecurrentLayer.Arguments, L extends RecurrentLayer<A, L>>
    extends BuiltIn<A, L> {
  private static final LayerFunction<RecurrentInput, RecurrentOutput> WITH_STATE =
      (layer, in, training) -> ((RecurrentLayer<?, ?>) layer).withState(in, training);

  private RecurrentCell cell;
  private transient List<Variable> lasting; // of a stateful layer; no weights, as in Keras
  private boolean zerosForMasked;

  /** The arguments that all these layers have. */
  interface Arguments {
    boolean returnSequences();

    boolean returnState();

    boolean goBackwards();

    boolean stateful();
  }

  RecurrentLayer(A arguments) {
    super(arguments);
  }

  /** Returns the cell, made of the present arguments. */
  abstract RecurrentCell makeCell();

  /** Sets whether all outputs are returned, rather than the last one; by default false. */
  public final L returnSequences(boolean all) {
    return with("returnSequences", all);
  }

  /**
   * Keeps Keras's argument, which has no effect here: {@link #applyWithState} returns states; by
   * default false.
   */
  public final L returnState(boolean states) {
    return with("returnState", states);
  }

  /**
   * Sets whether the last step is the first one to be processed; outputs are in the order of
   * processing then, but their mask is not, as in Keras. By default false.
   */
  public final L goBackwards(boolean backwards) {
    return with("goBackwards", backwards);
  }

  /**
   * Sets whether the states after one call are those before the next one, example by example, until
   * {@link #resetStates}; by default false. All batches must have one size, known in advance. The
   * states are not among the layer's variables, and not in its checkpoints.
   */
  public final L stateful(boolean stateful) {
    return with("stateful", stateful);
  }

  /**
   * Returns output and states of sequences; with symbols of a functional model, it is recorded as a
   * call of this layer.
   *
   * @param sequences {@code [n, time, ..]}
   * @param states those before the first step; null for those of a new sequence, or, of a stateful
   *     layer, those that the call before left
   * @throws IllegalArgumentException if the states have other shapes than the cell's
   */
  public final RecurrentOutput applyWithState(Object sequences, List<Tensor> states) {
    return apply(WITH_STATE, input(sequences, states), null);
  }

  /** Returns output and states, with the {@code training} flag set. */
  public final RecurrentOutput applyWithState(
      Object sequences, List<Tensor> states, boolean training) {
    return apply(WITH_STATE, input(sequences, states), training);
  }

  private static RecurrentInput input(Object sequences, List<Tensor> states) {
    return new RecurrentInput(Operands.tensor(sequences), states == null ? List.of() : states);
  }

  /** Sets the states of a stateful layer to zeros. */
  public final void resetStates() {
    if (lasting != null) {
      lasting.forEach(state -> state.assign(Tensor.zeros(state.dtype(), state.shape().toArray())));
    }
  }

  /** For a layer that holds this one: sets whether outputs of masked steps are zeros. */
  final void zerosForMasked(boolean zeros) {
    zerosForMasked = zeros;
  }

  final String who() {
    return getClass().getSimpleName();
  }

  @Override
  protected final void build(Shape input) {
    cell = makeCell();
    if (dtypePolicy() != null && cell.dtypePolicy() == null) {
      cell.dtype(dtypePolicy());
    }
    if (!trainable()) {
      cell.trainable(false);
    }
  }

  @Override
  protected final boolean supportsMasking() {
    return true;
  }

  @Override
  protected final Tensor computeMask(Tensor mask) {
    return args().returnSequences() ? mask : null;
  }

  @Override
  protected final Tensor call(Tensor x, boolean training) {
    return run(x, List.of(), training).output();
  }

  private RecurrentOutput withState(RecurrentInput in, boolean training) {
    Tensor x = in.input();
    requireBuilt(x);
    RecurrentOutput out = run(x, in.states(), training);
    Tensor mask = x.mask() == null ? null : computeMask(x.mask());
    return mask == null ? out : new RecurrentOutput(out.output().withMask(mask), out.states());
  }

  private RecurrentOutput run(Tensor x, List<Tensor> given, boolean training) {
    requireSequences(x.shape());
    Tensor first = Indexing.get(x, Index.ALL, 0);
    cell.ready(first);
    List<Tensor> states = initial(first, given);
    Tensor sequence = timeFirst(x);
    Tensor mask = x.mask() == null ? null : timeFirst(x.mask());
    RecurrentOutput all = cell.atOnce(sequence, states, mask, training);
    boolean fresh = given.isEmpty() && !args().stateful();
    RecurrentOutput out =
        all == null
            ? scan(sequence, mask, first, states, cell.sequence(first, training))
            : ofAll(all, mask, fresh);
    if (args().stateful()) {
      for (int i = 0; i < lasting.size(); i++) {
        lasting.get(i).assign(out.states().get(i).cast(lasting.get(i).dtype()));
      }
    }
    return dtypePolicy() == null
        ? out
        : new RecurrentOutput(
            out.output().cast(dtypePolicy().compute()),
            out.states().stream().map(state -> state.cast(dtypePolicy().compute())).toList());
  }

  private void requireSequences(Shape shape) {
    if (shape.rank() < 3) {
      throw Refusal.of(
          who(),
          "needs sequences [n, time, ..] of rank 3 or more",
          shape,
          "expandDims what has one feature, and batch(n) the dataset");
    }
    if (shape.size(1) == 0) {
      throw Refusal.of(who(), "needs at least one step", shape, "leave out empty sequences");
    }
  }

  /** Returns the states before the first step, in the cell's type. */
  private List<Tensor> initial(Tensor first, List<Tensor> given) {
    List<Tensor> fresh = args().stateful() ? lasting(first) : cell.initialStates(first);
    if (given.isEmpty()) {
      return fresh;
    }
    List<Shape> needed = fresh.stream().map(Tensor::shape).toList();
    List<Shape> received = given.stream().map(Tensor::shape).toList();
    boolean fits = needed.size() == received.size();
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; fits && i < needed.size(); i++) {
      fits = received.get(i).fits(needed.get(i)) || needed.get(i).fits(received.get(i));
      states.add(given.get(i).cast(fresh.get(i).dtype()));
    }
    if (!fits) {
      throw Refusal.of(
          who(), "needs states " + needed, received, "give those that a call before returned");
    }
    return states;
  }

  /** Returns the states that the call before left, which the first call makes. */
  private List<Tensor> lasting(Tensor first) {
    long n = first.shape().size(0);
    if (n == Shape.UNKNOWN) {
      throw Refusal.of(
          who(),
          "needs a known batch size where it is stateful",
          first.shape(),
          "give one, as Input.of(\"x\", new TensorSpec(DType.FLOAT32, Shape.of(32, 10, 8)))");
    }
    if (lasting == null) {
      TensorSpec step = first.spec();
      lasting =
          Dispatch.eagerly(
              () ->
                  cell.initialStates(Tensor.zeros(step.dtype(), step.shape().toArray())).stream()
                      .map(state -> Variable.untrainable(state, "rnn_state"))
                      .toList());
    }
    long kept = lasting.getFirst().shape().size(0);
    if (n != kept) {
      throw Refusal.of(
          who(),
          "keeps the states of a batch of " + kept,
          "a batch of " + n,
          "give all batches one size, or make the layer without stateful");
    }
    return lasting.stream().map(Operands::tensor).toList();
  }

  /**
   * Returns the layer's output of those of all steps that an op computed.
   *
   * @param fresh whether the states before the first step are zeros, as outputs before it are
   */
  private RecurrentOutput ofAll(RecurrentOutput all, Tensor mask, boolean fresh) {
    Tensor outputs = all.output();
    if (mask != null && (zerosForMasked() || !fresh)) {
      Tensor counts =
          zerosForMasked() ? mask : Cumulative.cumsum(mask.cast(DType.INT32), 0).greater(0);
      outputs = choose(counts, outputs, Creation.zerosLike(outputs));
    }
    Tensor output = args().returnSequences() ? Shaping.swapAxes(outputs, 0, 1) : outputs.get(-1);
    return new RecurrentOutput(output, all.states());
  }

  /** Applies the cell to all steps; the output is the layer's. */
  private RecurrentOutput scan(
      Tensor sequence,
      Tensor mask,
      Tensor first,
      List<Tensor> states,
      Function<RecurrentInput, RecurrentOutput> steps) {
    boolean all = args().returnSequences();
    List<Tensor> slices = mask == null ? List.of(sequence) : List.of(sequence, mask);
    Step<RecurrentOutput, List<Tensor>> made =
        ControlFlow.scan(
            (before, step) -> {
              RecurrentOutput after =
                  steps.apply(new RecurrentInput(step.getFirst(), before.states()));
              RecurrentOutput next =
                  step.size() == 1 ? after : unlessMasked(step.getLast(), after, before);
              return new Step<>(next, all ? List.of(next.output()) : List.<Tensor>of());
            },
            new RecurrentOutput(cell.noOutput(first), states),
            slices);
    return all
        ? new RecurrentOutput(
            Shaping.swapAxes(made.given().getFirst(), 0, 1), made.carried().states())
        : made.carried();
  }

  private Tensor timeFirst(Tensor x) {
    Tensor time = Shaping.swapAxes(x, 0, 1);
    return args().goBackwards() ? Rearranging.reverse(time, 0) : time;
  }

  private RecurrentOutput unlessMasked(Tensor mask, RecurrentOutput after, RecurrentOutput before) {
    Tensor none = zerosForMasked() ? Creation.zerosLike(after.output()) : before.output();
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; i < after.states().size(); i++) {
      states.add(choose(mask, after.states().get(i), before.states().get(i)));
    }
    return new RecurrentOutput(choose(mask, after.output(), none), states);
  }

  /** Returns whether outputs of masked steps are zeros, rather than those of the steps before. */
  boolean zerosForMasked() {
    return zerosForMasked;
  }

  private static Tensor choose(Tensor mask, Tensor valid, Tensor other) {
    Tensor expanded = mask;
    while (expanded.shape().rank() < valid.shape().rank()) {
      expanded = Shaping.expandDims(expanded, -1);
    }
    return Logic.where(expanded, valid, other);
  }
}
