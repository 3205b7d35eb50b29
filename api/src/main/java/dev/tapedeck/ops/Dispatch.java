package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where every op passes: it runs at once, or goes into the graph being traced, and then each open
 * recorder of the thread is told.
 */
public final class Dispatch {
  /** Records what is applied: a gradient tape. */
  public interface Recorder {
    /** Called after each application on the recorder's thread. */
    void record(Op op, Tensor[] inputs, Tensor[] outputs);

    /** Returns whether what depends on a tensor concerns it. */
    default boolean isWatching(Tensor tensor) {
      return false;
    }
  }

  /** Takes ops instead of running them: a tracer. */
  public interface Stager {
    /** Returns the symbolic outputs of an op whose inputs may be eager or symbolic. */
    Tensor[] stage(Op op, Tensor[] inputs);

    /** Begins a part of the graph with a name of its own, {@code hidden}, till {@link #leave}. */
    void enter(String name);

    /** Ends the part that was begun last. */
    void leave();

    /** Hears of a variable that the function being traced makes. */
    void made(String variable);

    /** Hears of an op that recorders are told of, and that it has no part in. */
    default void told(Op op) {}
  }

  private static final ThreadLocal<Dispatch> OF_THREAD = ThreadLocal.withInitial(Dispatch::new);

  private final List<Recorder> recorders = new ArrayList<>();
  private Dispatch around;
  private Stager stager;

  private Dispatch() {}

  static Tensor[] apply(Op op, Tensor... inputs) {
    Dispatch dispatch = OF_THREAD.get();
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
    for (int i = 0; i < inputs.length; i++) {
      specs[i] = inputs[i].spec();
      eager[i] =
          switch (inputs[i]) {
            case EagerTensor tensor -> tensor;
            case SymbolicTensor symbol ->
                throw new IllegalStateException(
                    op.name() + ": " + symbol + " was used outside the function it was traced in");
          };
    }
    try {
      return op.execute(Kernels.serving(eager), op.infer(specs), eager);
    } finally {
      // Kernels see addresses: a collection in their midst must not take the memory away.
      Reference.reachabilityFence(eager);
    }
  }

  /**
   * Computes something at once, and of which no recorder hears, even while a function is traced:
   * what is made once, as a layer's variables are.
   */
  public static <T> T eagerly(Supplier<T> computation) {
    Dispatch outer = OF_THREAD.get();
    OF_THREAD.set(new Dispatch());
    try {
      return computation.get();
    } finally {
      OF_THREAD.set(outer);
    }
  }

  /** Computes a part of what is traced that has a name of its own in the graph, or no name. */
  public static <T> T named(String name, Supplier<T> part) {
    Stager stager = OF_THREAD.get().stager;
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

  static void tellOfVariable(String name) {
    Stager stager = OF_THREAD.get().stager;
    if (stager != null) {
      stager.made(name);
    }
  }

  /** Computes something of which the recorders of this thread do not hear. */
  public static <T> T unrecorded(Supplier<T> computation) {
    List<Recorder> recorders = OF_THREAD.get().recorders;
    List<Recorder> waiting = List.copyOf(recorders);
    recorders.clear();
    try {
      return computation.get();
    } finally {
      recorders.addAll(waiting);
    }
  }

  /**
   * Tells the recorders of this thread of an op that was computed in some other way; they ask it
   * for gradients only.
   */
  public static void tell(Op op, Tensor[] inputs, Tensor... outputs) {
    Dispatch dispatch = OF_THREAD.get();
    if (dispatch.stager != null) {
      dispatch.stager.told(op);
    }
    for (Recorder recorder : List.copyOf(dispatch.recorders)) {
      recorder.record(op, inputs, outputs);
    }
  }

  /** Returns whether ops on this thread run at once: true, except while a function is traced. */
  public static boolean executingEagerly() {
    return OF_THREAD.get().stager == null;
  }

  /** Returns what takes the ops of this thread; null if they run at once. */
  public static Stager stager() {
    return OF_THREAD.get().stager;
  }

  /** Returns whether a recorder of this thread, or of a trace around, watches a tensor. */
  public static boolean isWatched(Tensor tensor) {
    for (Dispatch dispatch = OF_THREAD.get(); dispatch != null; dispatch = dispatch.around) {
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
    return !OF_THREAD.get().recorders.isEmpty();
  }

  /** Adds a recorder to this thread. */
  public static void open(Recorder recorder) {
    OF_THREAD.get().recorders.add(recorder);
  }

  /** Removes a recorder from this thread, if it is there, and returns whether it was. */
  public static boolean close(Recorder recorder) {
    return OF_THREAD.get().recorders.remove(recorder);
  }

  /**
   * Runs an action while ops on this thread go to a stager, and recorders opened before do not
   * hear.
   */
  public static void staging(Stager stager, Runnable action) {
    Dispatch outer = OF_THREAD.get();
    Dispatch inner = new Dispatch();
    inner.stager = stager;
    inner.around = outer;
    OF_THREAD.set(inner);
    try {
      action.run();
    } finally {
      OF_THREAD.set(outer);
    }
  }
}
