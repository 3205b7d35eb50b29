package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Autocast;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Base of {@link Layer}, a function of one tensor, and {@link LayerOf}, a function of tensors in a
 * record, list or map: what has variables and layers of its own.
 *
 * @param <I> input: a tensor, or a record, list, array or map of tensors
 * @param <O> output, as the input
 */
public abstract sealed class AbstractLayer<I, O> extends LayerContents permits Layer, LayerOf {
  private TensorTree inputs;
  private TensorTree outputs;
  private List<Tensor> addedLosses = List.of();
  private boolean warnedOfMask;
  private SymbolicCall.OfLayer<I, O> symbolic;

  /**
   * Makes a layer.
   *
   * @param arguments the arguments by name; null for none
   */
  AbstractLayer(Record arguments) {
    super(arguments);
  }

  /** Returns the output, with the {@code training} flag of the calling layer; off without one. */
  final O run(I input) {
    return run(input, null);
  }

  /**
   * Returns the output.
   *
   * @param training the flag for this layer and those that it calls; null for the calling layer's
   */
  final O run(I input, Boolean training) {
    return apply(Calling.only(), input, training);
  }

  /** The function that {@code call} is; it refers to no layer, so that copies have the same one. */
  private static final class Calling<I, O> implements LayerFunction<I, O> {
    private static final Calling<?, ?> ONLY = new Calling<>();

    @SuppressWarnings("unchecked") // a layer is called with values of its types
    static <I, O> LayerFunction<I, O> only() {
      return (LayerFunction<I, O>) ONLY;
    }

    @Override
    @SuppressWarnings("unchecked") // likewise
    public O of(AbstractLayer<?, ?> layer, I input, boolean training) {
      return ((AbstractLayer<I, O>) layer).callWithMask(input, training);
    }
  }

  /** Returns whether a function of layers is their {@code call}. */
  static boolean isCall(LayerFunction<?, ?> function) {
    return function instanceof Calling;
  }

  private O callWithMask(I input, boolean training) {
    requireBuilt(input);
    return passMask(input, call(input, training));
  }

  /**
   * Returns what a function of this layer beside its {@code call} computes; with symbols of a
   * functional model, it is recorded as a call of this layer.
   *
   * @param function calls {@link #requireBuilt} first; masks of its outputs are its own matter
   * @param training the flag for this layer and those that it calls; null for the calling layer's
   */
  @SuppressWarnings("unchecked") // a call has the layer's types
  protected final <J, P> P apply(LayerFunction<J, P> function, J input, Boolean training) {
    if (!SymbolicCall.isIn(input)) {
      return run(function, input, training);
    }
    SymbolicCall.OfLayer<J, P> recorded = SymbolicCall.OfLayer.of(this, function, input, training);
    if (isCall(function)) {
      symbolic = (SymbolicCall.OfLayer<I, O>) recorded;
    }
    return recorded.output();
  }

  /** Returns what a function of this layer computes of values. */
  final <J, P> P run(LayerFunction<J, P> function, J input, Boolean training) {
    CallContext calling = CallContext.current();
    if (calling != null) {
      return training == null || training == calling.training()
          ? passing(function, input, calling)
          : inContext(function, input, calling.withTraining(training));
    }
    CallContext outermost = CallContext.outermost(training != null && training);
    try {
      P output = inContext(function, input, outermost);
      addedLosses = outermost.losses();
      return output;
    } catch (RuntimeException e) {
      throw LayerErrors.withPath(e);
    }
  }

  private <J, P> P inContext(LayerFunction<J, P> function, J input, CallContext context) {
    return context.call(() -> passing(function, input, context));
  }

  private <J, P> P passing(LayerFunction<J, P> function, J input, CallContext context) {
    try {
      return dtypePolicy() == null
          ? output(function, input, context)
          : Autocast.in(
              dtypePolicy().compute(), () -> output(function, dtypePolicy().cast(input), context));
    } catch (RuntimeException e) {
      LayerErrors.pass(this, e);
      throw e;
    }
  }

  private <J, P> P output(LayerFunction<J, P> function, J input, CallContext context) {
    boolean training = context.training();
    LayerInterceptor interceptor = LayerInterceptor.current();
    if (interceptor != null) {
      P output = interceptor.call(this, input, () -> function.of(this, input, training));
      addPenalty(output, context);
      return output;
    }
    P output =
        Dispatch.executingEagerly()
            ? function.of(this, input, training)
            : LayerScope.call(this, () -> function.of(this, input, training));
    if (output == null) {
      throw new IllegalStateException(LayerNames.type(this) + ": call returned null, not a tensor");
    }
    if (outputs == null || !outputs.fits(output)) {
      outputs = TensorTree.of(output, new ArrayList<>());
    }
    addPenalty(output, context);
    return output;
  }

  private void addPenalty(Object output, CallContext context) {
    Regularizer penalty = activityRegularizer();
    if (penalty != null) {
      context.losses().addAll(ActivityLoss.of(penalty, output));
    }
  }

  /** Returns the output with the input's mask, if the layer passes masks on. */
  O passMask(I input, O output) {
    return output;
  }

  /** Warns once that the layer drops a mask. */
  final void warnOfDroppedMask() {
    if (!warnedOfMask) {
      warnedOfMask = true;
      LayerNames.warnOfDroppedMask(this);
    }
  }

  /** Builds the layer for an input of its {@code call}, if it is not yet built. */
  protected final void requireBuilt(I input) {
    if (!created().built()) {
      build(input, TensorTree.of(input, new ArrayList<>()));
    }
  }

  private void build(I input, TensorTree given) {
    created()
        .create(
            () -> build(input), dtypePolicy() == null ? floating(given) : dtypePolicy().variable());
    inputs = given;
  }

  /** Returns the first floating point type among inputs; float32 if there is none. */
  private static DType floating(TensorTree given) {
    return given.specs().stream()
        .map(TensorSpec::dtype)
        .filter(DType::isFloating)
        .findFirst()
        .orElse(DType.FLOAT32);
  }

  /**
   * Creates the variables for the first input, of which only types and shapes may be read; does
   * nothing by default.
   */
  protected void build(I input) {}

  /** Returns the output; override this, or the form with the {@code training} flag. */
  protected O call(I input) {
    throw new UnsupportedOperationException(
        getClass().getName() + ": override call(input), or call(input, training)");
  }

  /** Returns the output, if training changes it; by default that of {@code call(input)}. */
  protected O call(I input, boolean training) {
    return call(input);
  }

  /**
   * Stores the weights in fewer bits, for {@link Trainable#quantize}; by default they are left.
   *
   * @param stored int8 or float16
   * @return whether it did; otherwise nothing has changed
   */
  protected boolean quantize(DType stored) {
    return false;
  }

  final boolean quantize(String mode, DType stored) {
    boolean done = quantize(stored);
    if (done) {
      quantizedTo(mode);
    }
    return done;
  }

  /** Adds a loss of this call, a scalar, to those that training minimizes; see {@link #losses}. */
  protected final void addLoss(Tensor loss) {
    BatchCheck.requireOneNumber(loss);
    CallContext context = CallContext.current();
    if (context == null) {
      throw new IllegalStateException(
          LayerNames.type(this) + ": addLoss was called outside of a layer's call; call it there");
    }
    context.losses().add(loss);
  }

  /**
   * Returns the losses beside that of the predictions: those that layers added in the latest call
   * from outside, and the penalties of the variables that training changes.
   */
  public final List<Tensor> losses() {
    List<Tensor> all = new ArrayList<>(addedLosses);
    LayerState.trainableLayers(this).forEach(layer -> all.addAll(layer.ownPenalties()));
    return all;
  }

  private List<Tensor> ownPenalties() {
    return created().penalties();
  }

  /**
   * Returns the penalty on the output, divided by the batch size, that is added to the loss; null,
   * the default, for none.
   */
  protected Regularizer activityRegularizer() {
    return null;
  }

  /**
   * Returns a new layer of the same arguments and name, with variables of its own that its first
   * call creates.
   *
   * @throws IllegalStateException if the class keeps no arguments
   */
  public AbstractLayer<I, O> copy() {
    return LayerCopies.of(this);
  }

  /** Returns whether an error names this layer when its caller called it directly, as well. */
  boolean isNamedInOwnErrors() {
    return false; // the caller knows which one it is
  }

  /** Returns the structure of the first input, or null before the first call. */
  public final TensorTree inputTree() {
    return inputs;
  }

  /** Returns the structure of the latest output, or null before the first call. */
  public final TensorTree outputTree() {
    return outputs;
  }

  /** Sets the structures of input and output of a model that is made of symbols. */
  final void shapes(I input, O output) {
    inputs = TensorTree.of(input, new ArrayList<>());
    outputs = TensorTree.of(output, new ArrayList<>());
    created().create(() -> {}, DType.FLOAT32);
  }

  /** Returns the recorded calls of a functional model; null for any other layer. */
  FunctionalGraph<I, O> graph() {
    return null;
  }

  /**
   * Returns the input of a functional model, or of the layer's latest call with symbols.
   *
   * @throws IllegalStateException if there was none
   */
  public final I input() {
    return graph() == null ? symbolic().input() : graph().inputs();
  }

  /**
   * Returns the output of a functional model, or of the layer's latest call with symbols.
   *
   * @throws IllegalStateException if there was none
   */
  public final O output() {
    return graph() == null ? symbolic().output() : graph().outputs();
  }

  private SymbolicCall.OfLayer<I, O> symbolic() {
    if (symbolic == null) {
      throw new IllegalStateException(
          LayerNames.type(this)
              + ": has no symbolic input and output; apply it to Input.of(..) first, or make the"
              + " model of symbols, as Model.of(input, output)");
    }
    return symbolic;
  }
}
