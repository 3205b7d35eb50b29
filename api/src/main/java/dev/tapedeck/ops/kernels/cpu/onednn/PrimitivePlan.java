package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.function.Consumer;

/**
 * A plan of primitives that run in sequence, with their memory objects; it belongs to one thread.
 *
 * <p>The first memory objects are the caller's tensors; the others are in the thread's scratch
 * memory.
 */
final class PrimitivePlan implements AutoCloseable {
  private static final byte USED = 77; // no rounding hides it

  /** A primitive, and the address of its arguments. */
  record Step(long primitive, int count, long arguments) {}

  /** The owner of the native objects. */
  private final Arena arena;

  private final int threads;
  private final Step[] steps;
  private final long[] memories;
  private final long[] addresses;
  private final long[] scratchOffsets;
  private final long scratchBytes;

  /**
   * Makes a plan.
   *
   * @param scratchOffsets the offsets of the last memory objects in the scratch memory
   */
  PrimitivePlan(
      Arena arena,
      int threads,
      Step[] steps,
      long[] memories,
      long[] scratchOffsets,
      long scratchBytes) {
    this.arena = arena;
    this.threads = threads;
    this.steps = steps;
    this.memories = memories;
    this.addresses = new long[memories.length];
    this.scratchOffsets = scratchOffsets;
    this.scratchBytes = scratchBytes;
  }

  /**
   * Prepares a plan.
   *
   * @param threads the number of threads that it may use
   * @param type the element type of all tensors
   * @throws Library.RefusedException if oneDNN does not support the steps
   */
  static PrimitivePlan of(int threads, DType type, Consumer<PlanBuilder> steps) {
    Library.setThreads(threads);
    try (PlanBuilder builder = new PlanBuilder(type)) {
      steps.accept(builder);
      return builder.build(threads);
    } finally {
      Library.setThreads(Library.THREADS);
    }
  }

  private void bind(int memory, long address) {
    if (addresses[memory] != address) {
      Library.setData(memories[memory], address);
      addresses[memory] = address;
    }
  }

  /** Runs the plan on tensors, in the order and with the layouts that it was made with. */
  void run(Workspace workspace, EagerTensor... tensors) {
    run(workspace, 0, _ -> {}, tensors);
  }

  /** Runs the plan in scratch memory that has been used before, for a trial. */
  void runInUsedScratch(Workspace workspace, EagerTensor... tensors) {
    run(workspace, 0, scratch -> scratch.fill(scratchBytes, USED), tensors);
  }

  /**
   * Runs the last step alone where this plan is the last one that has run in scratch memory that
   * the thread keeps, else all: what comes before must depend on tensors that are the same again.
   */
  void runAgain(Workspace workspace, EagerTensor... tensors) {
    run(workspace, workspace.keepsScratchOf(this) ? steps.length - 1 : 0, _ -> {}, tensors);
  }

  private void run(
      Workspace workspace, int first, Consumer<Workspace.Scratch> prepare, EagerTensor... tensors) {
    for (int i = 0; i < tensors.length; i++) {
      EagerTensor tensor = tensors[i];
      bind(i, tensor.memory().address() + tensor.offset() * tensor.dtype().bytes());
    }
    try (Workspace.Scratch scratch = workspace.scratch(this, scratchBytes)) {
      prepare.accept(scratch);
      int others = memories.length - scratchOffsets.length;
      for (int i = 0; i < scratchOffsets.length; i++) {
        bind(others + i, scratch.address() + scratchOffsets[i]);
      }
      execute(first);
    } finally {
      Reference.reachabilityFence(tensors);
    }
  }

  private void execute(int first) {
    // Each time: an error may have kept the thread from restoring it.
    Library.setThreads(threads);
    try {
      for (int i = first; i < steps.length; i++) {
        Library.execute(steps[i].primitive, steps[i].count, steps[i].arguments);
      }
    } finally {
      if (threads != Library.THREADS) {
        Library.setThreads(Library.THREADS);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
