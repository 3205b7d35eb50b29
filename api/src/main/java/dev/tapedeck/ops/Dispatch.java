package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The dispatcher of all ops: an op runs eagerly or goes into the graph being traced, and each open
 * recorder of the thread is notified.
 */
public final class Dispatch {
  /** A recorder of applied ops: a gradient tape. */
  public interface Recorder {
    /** Called after each application on the recorder's thread. */
    void record(Differentiable op, Tensor[] inputs, Tensor[] outputs);

    /**
     * Returns false once it is to be notified no more, even if an error kept it from being closed.
     */
    default boolean isOpen() {
      return true;
    }

    /**
     * Called when a tape begins to compute the gradients of a recorded call, and with null when it
     * has. Does nothing by default.
     */
    default void differentiating(Call call) {}

    /** Returns whether it records computations that depend on a tensor. */
    default boolean isWatching(Tensor tensor) {
      return false;
    }
  }

  /** What symbols outside of any trace are part of: a functional model, which records calls. */
  public interface SymbolicCalls extends SymbolicTensor.Reader {
    /** Returns the symbolic outputs of an op, at least one of whose inputs is symbolic. */
    Tensor[] apply(Op op, Tensor[] inputs);
  }

  /** A stager, which takes ops instead of running them: a tracer. */
  public interface Stager {
    /** Returns the symbolic outputs of an op whose inputs may be eager or symbolic. */
    Tensor[] stage(Op op, Tensor[] inputs);

    /** Begins a name scope of the graph, {@code hidden}, until {@link #leave}. */
    void enter(String name);

    /** Ends the innermost name scope. */
    void leave();

    /** Returns whether a tensor is a reading of a variable, without a copy. */
    boolean isReading(Tensor tensor);

    /** Called for a variable that the function being traced creates. */
    void variableMade(String variable);

    /** Stages a function as one call, whose gradient computes its intermediate values again. */
    Tensor recompute(String name, Function<Tensor[], Tensor> function, Tensor... arguments);

    /**
     * Stages a function and its gradient as one call.
     *
     * @param gradient the arguments' gradients of the value's; called once, after the function
     */
    Tensor customGradient(
        String name,
        Function<Tensor[], Tensor> function,
        Function<Tensor, List<Tensor>> gradient,
        Tensor... arguments);
  }

  /**
   * A thread's current dispatcher; restoring the previous one is one assignment, which cannot
   * overflow the stack.
   */
  private static final class Current {
    private Dispatch dispatch = new Dispatch();
  }

  private static final ThreadLocal<Current> OF_THREAD = ThreadLocal.withInitial(Current::new);

  private List<Recorder> recorders = new ArrayList<>();

  /** The readings of variables since a recorder was last opened or closed. */
  private final Map<Variable, EagerTensor> readings = new HashMap<>();

  private Dispatch around;
  private Stager stager;

  private Dispatch() {}

  private static Dispatch ofThread() {
    return OF_THREAD.get().dispatch;
  }

  static Tensor[] apply(Op op, Tensor... inputs) {
    Dispatch dispatch = ofThread();
    Tensor[] outputs =
        dispatch.stager == null ? execute(op, inputs) : dispatch.stager.stage(op, inputs);
    for (int i = 0; i < dispatch.recorders.size(); i++) {
      dispatch.recorders.get(i).record(op, inputs, outputs);
    }
    return outputs;
  }

  private static Tensor[] execute(Op op, Tensor[] inputs) {
    TensorSpec[] specs = new TensorSpec[inputs.length];
    EagerTensor[] eager = new EagerTensor[inputs.length];
    int stale = 0;
    for (int i = 0; i < inputs.length; i++) {
      specs[i] = inputs[i].spec();
      if (!(inputs[i] instanceof EagerTensor tensor)) {
        return ofSymbol(op, (SymbolicTensor) inputs[i], inputs);
      }
      eager[i] = tensor;
      stale += eager[i].isStale() ? 1 : 0;
    }
    requireNumbers(op, specs);
    try {
      EagerTensor[] outputs = op.execute(Kernels.forOperands(eager), op.infer(specs), eager);
      requireUnchanged(op, stale, eager);
      return outputs;
    } finally {
      // Kernels use raw addresses: the memory must not be collected while they run.
      Reference.reachabilityFence(eager);
    }
  }

  /**
   * Checks that only an op that takes text is given some.
   *
   * @throws IllegalArgumentException if another one is
   */
  public static void requireNumbers(Op op, TensorSpec... inputs) {
    for (TensorSpec input : inputs) {
      if (input.dtype() == DType.STRING && !(op instanceof TextOp)) {
        throw Refusal.of(
            op.name(),
            "computes with numbers",
            input,
            "look the strings up first, with a StringLookup or TextVectorization");
      }
    }
  }

  /** Returns the outputs of an op with a symbol outside of any trace. */
  private static Tensor[] ofSymbol(Op op, SymbolicTensor symbol, Tensor... inputs) {
    if (symbol.reader() instanceof SymbolicCalls model) {
      return model.apply(op, inputs);
    }
    throw new IllegalStateException(
        op.name() + ": " + symbol + " was used outside the function it was traced in");
  }

  /**
   * Returns how many inputs of an op are stale, which is allowed, since the op may not read them.
   * Call this before the op is computed, for {@link #requireUnchanged}.
   */
  public static int stale(EagerTensor... inputs) {
    int count = 0;
    for (EagerTensor input : inputs) {
      count += input.isStale() ? 1 : 0;
    }
    return count;
  }

  /**
   * Checks, after an op was computed, that its inputs did not change meanwhile.
   *
   * @param stale how many inputs were stale before
   * @throws IllegalStateException if another thread released one, or assigned to a variable of
   *     which one is a reading, in the meantime
   */
  public static void requireUnchanged(Op op, int stale, EagerTensor... inputs) {
    VarHandle.loadLoadFence(); // the elements were read before the versions are
    if (stale(inputs) != stale) {
      requireWritten(op, inputs);
    }
  }

  private static void requireWritten(Op op, EagerTensor... inputs) {
    for (EagerTensor input : inputs) {
      if (input.isStale() && !isWrittenBy(op, input)) {
        throw new IllegalStateException(
            op.name()
                + ": another thread released input "
                + input.spec()
                + ", or assigned to its variable, while the op read it; let the op end first, or give"
                + " the threads tensors of their own");
      }
    }
  }

  /** Returns whether an input changed because the op itself assigns to its variable. */
  private static boolean isWrittenBy(Op op, EagerTensor input) {
    return op.effect() == Effect.WRITE
        && !input.sharedStorage().isReleased()
        && (op.written().isEmpty()
            || op.written().stream().anyMatch(v -> v.memory().sharesMemoryWith(input)));
  }

  /**
   * Runs a computation eagerly and unrecorded, even while a function is traced: for values that are
   * made once, as a layer's variables are.
   */
  public static <T> T eagerly(Supplier<T> computation) {
    Current current = OF_THREAD.get();
    Dispatch outer = current.dispatch;
    current.dispatch = new Dispatch();
    try {
      return computation.get();
    } finally {
      current.dispatch = outer;
    }
  }

  /**
   * Runs a computation in a name scope of the graph being traced.
   *
   * @param name the name; empty for none
   */
  public static <T> T nameScope(String name, Supplier<T> part) {
    Stager stager = ofThread().stager;
    if (stager == null || name.isEmpty()) {
      return part.get();
    }
    stager.enter(name);
    try {
      return part.get();
    } finally {
      stager.leave();
    }
  }

  static void noteVariable(String name) {
    Stager stager = ofThread().stager;
    if (stager != null) {
      stager.variableMade(name);
    }
  }

  /** Runs a computation without notifying the recorders of this thread. */
  public static <T> T unrecorded(Supplier<T> computation) {
    Dispatch dispatch = ofThread();
    List<Recorder> waiting = dispatch.recorders;
    dispatch.recorders = new ArrayList<>();
    try {
      return computation.get();
    } finally {
      dispatch.recorders = waiting;
    }
  }

  /**
   * Notifies the recorders of this thread of an op that was computed in another way; they use only
   * its gradient.
   */
  public static void record(Differentiable op, Tensor[] inputs, Tensor... outputs) {
    Dispatch dispatch = ofThread();
    for (Recorder recorder : List.copyOf(dispatch.recorders)) {
      recorder.record(op, inputs, outputs);
    }
  }

  /**
   * Notifies the recorders of this thread that the gradients of a call are computed next; null if
   * they have been.
   */
  public static void differentiating(Call call) {
    for (Recorder recorder : ofThread().recorders) {
      recorder.differentiating(call);
    }
  }

  /**
   * Returns a variable's current value without a copy. Recorders compare tensors by identity: they
   * see the same tensor while the value stays, and never one that was read before they were opened.
   */
  static EagerTensor reading(Variable variable) {
    Dispatch dispatch = ofThread();
    if (dispatch.recorders.isEmpty()) {
      return variable.memory();
    }
    EagerTensor known = dispatch.readings.get(variable);
    if (known == null || known.isStale()) {
      known = variable.memory().alias();
      dispatch.readings.put(variable, known);
    }
    return known;
  }

  /** Returns whether ops on this thread run eagerly: true, except while a function is traced. */
  public static boolean executingEagerly() {
    return ofThread().stager == null;
  }

  /** Returns the stager of this thread; null if its ops run eagerly. */
  public static Stager stager() {
    return ofThread().stager;
  }

  /** Returns whether a recorder of this thread, or of an enclosing trace, watches a tensor. */
  public static boolean isWatched(Tensor tensor) {
    for (Dispatch dispatch = ofThread(); dispatch != null; dispatch = dispatch.around) {
      for (Recorder recorder : dispatch.recorders) {
        if (recorder.isWatching(tensor)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns whether a recorder is open on this thread. */
  public static boolean isRecording() {
    List<Recorder> recorders = ofThread().recorders;
    if (recorders.isEmpty()) {
      return false;
    }
    recorders.removeIf(recorder -> !recorder.isOpen());
    return !recorders.isEmpty();
  }

  /** Adds a recorder to this thread. */
  public static void open(Recorder recorder) {
    Dispatch dispatch = ofThread();
    dispatch.recorders.add(recorder);
    dispatch.readings.clear();
  }

  /** Removes a recorder from this thread, if it is there, and returns whether it was. */
  public static boolean close(Recorder recorder) {
    Dispatch dispatch = ofThread();
    dispatch.readings.clear();
    return dispatch.recorders.remove(recorder);
  }

  /**
   * Runs an action while ops on this thread go to a stager, and recorders opened before are not
   * notified.
   */
  public static void staging(Stager stager, Runnable action) {
    Current current = OF_THREAD.get();
    Dispatch outer = current.dispatch;
    Dispatch inner = new Dispatch();
    inner.stager = stager;
    inner.around = outer;
    current.dispatch = inner;
    try {
      action.run();
    } finally {
      current.dispatch = outer;
    }
  }
}
