package dev.tapedeck.layers;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LayerFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent layer in both directions: a copy of it, and one that begins at the last step, each
 * with variables of its own; their outputs are merged.
 *
 * <p>With {@code returnSequences}, both outputs are in the order of the steps, and zeros where a
 * mask excludes one. The states of {@link #applyWithState} are those of the forward layer and then
 * those of the backward one.
 *
 * <p>Keras's argument {@code weights} is not there: {@code setWeights} does that.
 *
 * <p>M. Schuster, K. Paliwal, "Bidirectional Recurrent Neural Networks", IEEE Transactions on
 * Signal Processing 45(11), 1997.
 */
public final class Bidirectional extends BuiltIn<Bidirectional.Arguments, Bidirectional> {
  private static final String WHO = "Bidirectional";
  private static final LayerFunction<RecurrentInput, RecurrentOutput> WITH_STATE =
      (layer, in, training) -> ((Bidirectional) layer).withState(in);
  private static final LayerFunction<Tensor, Outputs> UNMERGED =
      (layer, x, training) -> ((Bidirectional) layer).unmerged(x);

  private RecurrentLayer<?, ?> forwardLayer;
  private RecurrentLayer<?, ?> backwardLayer;

  /** How the outputs of both directions become one. */
  public enum MergeMode {
    /** Joined along the last axis, forward first. */
    CONCAT,
    /** Their sum. */
    SUM,
    /** Their product. */
    MUL,
    /** Their mean. */
    AVE
  }

  /**
   * The outputs of both directions.
   *
   * @param forward output of the forward layer
   * @param backward output of the backward layer; sequences in the order of the steps
   */
  public record Outputs(Tensor forward, Tensor backward) {}

  /**
   * The arguments of a {@link Bidirectional}.
   *
   * @param mergeMode how outputs are merged; null for a layer of {@link #applyUnmerged} alone
   * @param backwardLayer the layer of the other direction; null for one as the first
   */
  public record Arguments(
      RecurrentLayer<?, ?> layer, MergeMode mergeMode, RecurrentLayer<?, ?> backwardLayer) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(WHO, "layer", layer, "new LSTM(8)");
      requireOpposite(layer.args(), backwardLayer == null ? null : backwardLayer.args());
    }
  }

  private static void requireOpposite(
      RecurrentLayer.Arguments forward, RecurrentLayer.Arguments backward) {
    if (backward == null
        ? forward.goBackwards()
        : forward.goBackwards() == backward.goBackwards()) {
      throw Refusal.of(
          WHO,
          "needs a layer that goes forwards, and one that goes backwards",
          forward.goBackwards() ? "two that go backwards" : "two that go forwards",
          "call goBackwards(true) on the second alone");
    }
    if (backward != null
        && (forward.returnSequences() != backward.returnSequences()
            || forward.returnState() != backward.returnState()
            || forward.stateful() != backward.stateful())) {
      throw Refusal.of(
          WHO,
          "needs two layers alike in returnSequences, returnState and stateful",
          "different ones",
          "set them alike");
    }
  }

  private Bidirectional(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer that joins the outputs of both directions.
   *
   * @param layer the layer of which copies are made
   */
  public Bidirectional(RecurrentLayer<?, ?> layer) {
    this(layer, MergeMode.CONCAT);
  }

  /**
   * Makes a layer.
   *
   * @param layer the layer of which copies are made
   * @param mergeMode how outputs are merged; null for a layer of {@link #applyUnmerged} alone
   */
  public Bidirectional(RecurrentLayer<?, ?> layer, MergeMode mergeMode) {
    this(new Arguments(layer, mergeMode, null));
  }

  /**
   * Sets the layer of the other direction, which is used itself; by default a copy of the first.
   *
   * @throws IllegalArgumentException if both go in one direction, or differ in what they return
   */
  public Bidirectional backwardLayer(RecurrentLayer<?, ?> layer) {
    return with("backwardLayer", layer);
  }

  /**
   * Returns output and states of sequences, as {@link RecurrentLayer#applyWithState}.
   *
   * @param states those of the forward layer and of the backward one; null for none
   */
  public RecurrentOutput applyWithState(Object sequences, List<Tensor> states) {
    return apply(
        WITH_STATE,
        new RecurrentInput(Operands.tensor(sequences), states == null ? List.of() : states),
        null);
  }

  /** Returns the outputs of both directions, not merged. */
  public Outputs applyUnmerged(Object sequences) {
    return apply(UNMERGED, Operands.tensor(sequences), null);
  }

  /** Sets the states of stateful layers to zeros. */
  public void resetStates() {
    if (forwardLayer != null) {
      forwardLayer.resetStates();
      backwardLayer.resetStates();
    }
  }

  private boolean returnsSequences() {
    return args().layer().args().returnSequences();
  }

  @Override
  protected void build(Shape input) {
    Arguments args = args();
    forwardLayer = args.layer.copy();
    backwardLayer =
        args.backwardLayer == null ? args.layer.copy().goBackwards(true) : args.backwardLayer;
    for (RecurrentLayer<?, ?> layer : List.of(forwardLayer, backwardLayer)) {
      if (dtypePolicy() != null && layer.dtypePolicy() == null) {
        layer.dtype(dtypePolicy());
      }
      if (!trainable()) {
        layer.trainable(false);
      }
      layer.zerosForMasked(returnsSequences());
    }
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }

  @Override
  protected Tensor computeMask(Tensor mask) {
    return returnsSequences() ? mask : null;
  }

  @Override
  protected Tensor call(Tensor x) {
    return merged(forwardLayer.apply(x), inOrder(backwardLayer.apply(x)));
  }

  private RecurrentOutput withState(RecurrentInput in) {
    Tensor x = in.input();
    requireBuilt(x);
    List<Tensor> states = in.states();
    if (states.size() % 2 != 0) {
      throw Refusal.of(
          WHO,
          "needs states of the forward layer and as many of the backward one",
          states.size(),
          "give both");
    }
    int half = states.size() / 2;
    RecurrentOutput forward = forwardLayer.applyWithState(x, states.subList(0, half));
    RecurrentOutput backward = backwardLayer.applyWithState(x, states.subList(half, states.size()));
    Tensor output = merged(forward.output(), inOrder(backward.output()));
    List<Tensor> all = new ArrayList<>(forward.states());
    all.addAll(backward.states());
    return new RecurrentOutput(masked(x, output), all);
  }

  private Outputs unmerged(Tensor x) {
    requireBuilt(x);
    return new Outputs(
        masked(x, forwardLayer.apply(x)), masked(x, inOrder(backwardLayer.apply(x))));
  }

  private Tensor masked(Tensor x, Tensor output) {
    return x.mask() != null && returnsSequences() ? output.withMask(x.mask()) : output;
  }

  private Tensor inOrder(Tensor backward) {
    return returnsSequences() ? Rearranging.reverse(backward, 1) : backward;
  }

  private Tensor merged(Tensor forward, Tensor backward) {
    return switch (args().mergeMode()) {
      case CONCAT -> Joining.concat(-1, forward, backward);
      case SUM -> forward.add(backward);
      case MUL -> forward.mul(backward);
      case AVE -> forward.add(backward).div(2);
      case null ->
          throw Refusal.of(
              WHO, "needs a merge mode for one output", "null", "call applyUnmerged(x) for both");
    };
  }
}
