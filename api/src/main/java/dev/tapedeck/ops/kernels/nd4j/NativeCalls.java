package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.FreshStack;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Nd4jArrays;
import dev.tapedeck.tensor.Shape;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.profiler.ProfilerConfig;

/**
 * Calls of native ops on tensors' own memory.
 *
 * <p>Creating a context or a view of memory costs more than most ops: each thread caches a context
 * for each op and its arguments, and views are cached by address, since the pool reuses memory.
 */
final class NativeCalls {
  private static final int VIEWS = 4096;
  private static final int CONTEXTS = 1000;

  private static final OpExecutioner EXECUTIONER = FreshStack.get(Nd4j::getExecutioner);
  private static final View[] VIEW_CACHE = new View[VIEWS];
  private static final ThreadLocal<Map<Key, Prepared>> PREPARED =
      ThreadLocal.withInitial(HashMap::new);

  static {
    EXECUTIONER.setProfilingConfig(ProfilerConfig.builder().checkWorkspaces(false).build());
  }

  private NativeCalls() {}

  private record View(long address, DType dtype, Shape shape, INDArray array) {}

  /** A context and an op; they are not used again after a call that ended with an error. */
  private static final class Prepared {
    private final OpContext context;
    private final CustomOp op;
    private boolean calling;

    Prepared(OpContext context, CustomOp op) {
      this.context = context;
      this.op = op;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // equality is written out
  private record Key(String op, long[] arguments) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && op.equals(key.op)
          && Arrays.equals(arguments, key.arguments);
    }

    @Override
    public int hashCode() {
      return 31 * op.hashCode() + Arrays.hashCode(arguments);
    }
  }

  /** Runs a custom op; all tensors are contiguous and not empty. */
  static void run(String op, long[] arguments, EagerTensor output, EagerTensor... inputs) {
    run(op, arguments, new EagerTensor[] {output}, inputs);
  }

  /** Runs a custom op of several outputs; all tensors are contiguous and not empty. */
  static void run(String op, long[] arguments, EagerTensor[] outputs, EagerTensor... inputs) {
    Map<Key, Prepared> ofThread = PREPARED.get();
    if (ofThread.size() > CONTEXTS) {
      ofThread.clear();
    }
    Key key = new Key(op, arguments);
    Prepared prepared = ofThread.get(key);
    if (prepared == null || prepared.calling) {
      prepared = prepare(op, arguments);
      ofThread.put(key, prepared);
    }
    prepared.calling = true;
    for (int i = 0; i < inputs.length; i++) {
      prepared.context.setInputArray(i, view(inputs[i]));
    }
    for (int i = 0; i < outputs.length; i++) {
      prepared.context.setOutputArray(i, view(outputs[i]));
    }
    try {
      EXECUTIONER.exec(prepared.op, prepared.context);
    } finally {
      // Or else the context would keep a native object for each array that it was ever given.
      prepared.context.purge();
      prepared.calling = false;
      // Copies that only this call refers to must keep their memory until it returns.
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(outputs);
    }
  }

  private static Prepared prepare(String op, long[] arguments) {
    OpContext context = EXECUTIONER.buildContext();
    // The rule of our op has computed the shapes already.
    context.shapeFunctionOverride(true);
    context.setIArguments(arguments);
    return new Prepared(context, DynamicCustomOp.builder(op).build());
  }

  /** Runs a legacy op, one that is not a custom op. */
  static void run(Op op) {
    EXECUTIONER.exec(op);
  }

  /** Returns an ND4J array over a contiguous tensor's memory. */
  static INDArray view(EagerTensor tensor) {
    long address = tensor.memory().address() + tensor.offset() * tensor.dtype().bytes();
    Shape shape = tensor.shape();
    int slot = (int) ((address >>> 6) * 31 + shape.hashCode()) & (VIEWS - 1);
    View view = VIEW_CACHE[slot];
    if (view == null
        || view.address != address
        || view.dtype != tensor.dtype()
        || !view.shape.equals(shape)) {
      view = new View(address, tensor.dtype(), shape, Nd4jArrays.viewOf(tensor));
      VIEW_CACHE[slot] = view;
    }
    return view.array;
  }
}
