package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** A thread's LRU cache of plans, and its scratch memory. */
final class Workspace {
  static final int MOST_PLANS = 256;

  /** The maximum bytes of scratch memory that a thread keeps between runs. */
  private static final long MOST_KEPT = 1 << 20;

  private static final Logger LOG = Loggers.of(OneDnn.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ThreadLocal<Workspace> OF_THREAD = ThreadLocal.withInitial(Workspace::new);

  private final Signature probe = new Signature();
  private final Plans plans = new Plans();
  private MemorySegment kept = MemorySegment.NULL;

  /** The plan whose numbers are in the kept scratch memory; null for none. */
  private PrimitivePlan last;

  private Workspace() {
    CLEANER.register(this, plans::closeAll);
  }

  /** Plans by signature; null where oneDNN refused. */
  private static final class Plans {
    private final Map<Signature, PrimitivePlan> byUse = new LinkedHashMap<>(64, 0.75f, true);

    void put(Signature signature, PrimitivePlan plan) {
      if (byUse.size() == MOST_PLANS) {
        Iterator<PrimitivePlan> oldest = byUse.values().iterator();
        close(oldest.next());
        oldest.remove();
      }
      byUse.put(signature, plan);
    }

    void closeAll() {
      byUse.values().forEach(Plans::close);
    }

    private static void close(PrimitivePlan plan) {
      if (plan != null) {
        plan.close();
      }
    }
  }

  static Workspace ofThread() {
    return OF_THREAD.get();
  }

  /** Returns the signature to fill, for looking up a plan. */
  Signature signature() {
    return probe.clear();
  }

  /**
   * Runs the plan for the signature, which is made if there is none.
   *
   * @return false if oneDNN refuses
   */
  boolean run(Supplier<PrimitivePlan> make, EagerTensor... tensors) {
    return run(make, plan -> plan.run(this, tensors));
  }

  /** Runs the plan for the signature by {@link PrimitivePlan#runAgain}. */
  boolean runAgain(Supplier<PrimitivePlan> make, EagerTensor... tensors) {
    return run(make, plan -> plan.runAgain(this, tensors));
  }

  private boolean run(Supplier<PrimitivePlan> make, Consumer<PrimitivePlan> run) {
    try {
      PrimitivePlan plan = plans.byUse.get(probe);
      if (plan == null) {
        plan = made(make);
      }
      if (plan != null) {
        run.accept(plan);
      }
      return plan != null;
    } catch (Library.RefusedException e) {
      LOG.trace("oneDNN does not serve a call: {}", e.getMessage());
      return false;
    }
  }

  private PrimitivePlan made(Supplier<PrimitivePlan> make) {
    if (plans.byUse.containsKey(probe)) {
      return null;
    }
    // Making a plan may use the probe.
    Signature signature = probe.copy();
    try {
      PrimitivePlan plan = make.get();
      plans.put(signature, plan);
      return plan;
    } catch (Library.RefusedException e) {
      plans.put(signature, null); // not after other errors, which say nothing about oneDNN
      throw e;
    }
  }

  boolean keepsScratchOf(PrimitivePlan plan) {
    return last == plan;
  }

  int size() {
    return plans.byUse.size();
  }

  /** The scratch memory of a run; it is closed before the thread's next run begins. */
  record Scratch(long address, Object owner, Runnable release) implements AutoCloseable {
    @SuppressWarnings("restricted") // memory of this size, which the owner keeps
    void fill(long bytes, byte value) {
      MemorySegment.ofAddress(address).reinterpret(bytes).fill(value);
    }

    @Override
    public void close() {
      try {
        release.run();
      } finally {
        Reference.reachabilityFence(owner);
      }
    }
  }

  /**
   * Returns scratch memory: the thread's own if it is small, else a block of the tensor pool.
   *
   * @throws dev.tapedeck.tensor.TensorMemoryException if there is not enough
   */
  Scratch scratch(PrimitivePlan plan, long bytes) {
    last = bytes > MOST_KEPT ? null : plan;
    if (bytes > MOST_KEPT) {
      EagerTensor tensor = EagerTensor.allocate(new TensorSpec(DType.UINT8, Shape.of(bytes)));
      return new Scratch(tensor.address(), tensor, tensor::release);
    }
    if (kept.byteSize() < bytes) {
      kept = Arena.ofAuto().allocate(bytes, 64);
    }
    return new Scratch(kept.address(), kept, () -> {});
  }
}
