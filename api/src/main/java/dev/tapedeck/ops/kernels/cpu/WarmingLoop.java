package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.FreshStack;
import dev.tapedeck.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.util.Arrays;

/**
 * A loop over vectors that computes single elements, with the same bits, until HotSpot has compiled
 * it.
 *
 * <p>Interpreted, an operation of the Vector API takes microseconds. The loop over vectors is
 * called without elements, which HotSpot counts as calls, and now and then with few, which is
 * timed.
 */
final class WarmingLoop implements RowLoop {
  /** Whether to compute vectors from the start. */
  private static final boolean WARM = Boolean.getBoolean("tapedeck.kernels.warm");

  /** The elements of a row that are computed between two looks at the clock. */
  private static final int PIECE = 256;

  /** The elements of a trial: many, since a call itself costs as much as some. */
  private static final int TRIAL = 64;

  /** The number of which functions are tried: one that none computes in a rare way of its own. */
  private static final double TRIED = 0.75;

  /**
   * The calls without elements before each trial. HotSpot compiles a method after thousands of
   * calls; few at a time, so that all are counted by code that records the types of vectors.
   */
  private static final int EMPTY = 64;

  /** How many times as long as a trial single elements are computed before the next one. */
  private static final int APART = 10;

  /** The nanoseconds of single elements before the first trial. */
  private static final long FIRST = 20_000_000;

  private final LoopCompiler.Target target;
  private final DType type;
  private final ElementLoop elements;
  private final LoopCompiler.Operand[] inputs;
  private final MemorySegment scratch;
  private final long[] trial;

  /** The loop over vectors, once it is fast; null before. */
  private volatile RowLoop vectors;

  /** The loop over vectors that is tried; null before the first trial. */
  private RowLoop tried;

  /** The time of an element in the fastest piece; others were interpreted, or interrupted. */
  private double fastest = Double.MAX_VALUE;

  /** The time of single elements before the next trial. */
  private long left = FIRST;

  private WarmingLoop(LoopCompiler.Target target, LoopCompiler.Operand... inputs) {
    this.target = target;
    this.type = target.type();
    this.elements = ElementEmitter.compile(target.bodies().getFirst(), type, inputs.length);
    this.inputs = inputs;
    this.scratch = Arena.ofAuto().allocate(2L * TRIAL * type.bytes(), Long.BYTES);
    for (int i = 0; i < TRIAL; i++) {
      if (type == DType.FLOAT32) {
        scratch.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) TRIED);
      } else {
        scratch.setAtIndex(ValueLayout.JAVA_DOUBLE, i, TRIED);
      }
    }
    this.trial = new long[OPERANDS + 2 * (1 + inputs.length)];
    trial[0] = 1;
    trial[OPERANDS] = scratch.address() + (long) TRIAL * type.bytes();
    for (int i = 1; i <= inputs.length; i++) {
      trial[OPERANDS + 2 * i] = scratch.address();
    }
  }

  /** Returns a loop over vectors, with what computes the same in its place at first. */
  static RowLoop of(LoopCompiler.Target target, LoopCompiler.Operand... inputs) {
    if (WARM) {
      return LoopCompiler.compile(target, inputs);
    } else if (BlockLoop.canRun(target)) {
      return new BlockLoop(target, inputs);
    }
    boolean plain =
        target.merge() == null
            && target.bodies().size() == 1
            && !target.logical()
            && target.type().isFloating()
            && Arrays.stream(inputs).noneMatch(LoopCompiler.Operand::logical)
            && VectorInstructions.hasFunctions(target.bodies().getFirst());
    return plain ? new WarmingLoop(target, inputs) : LoopCompiler.compile(target, inputs);
  }

  @Override
  public void run(long[] where) {
    RowLoop fast = vectors;
    if (fast != null) {
      fast.run(where);
      return;
    }
    int size = (int) Math.min(where[1], PIECE);
    Object output = Array.newInstance(arrayType(), size);
    Object[] arguments = new Object[inputs.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = Array.newInstance(arrayType(), size);
    }
    for (long row = 0; row < where[0]; row++) {
      row(where, row, output, arguments);
    }
  }

  private Class<?> arrayType() {
    return type == DType.FLOAT32 ? float.class : double.class;
  }

  private void row(long[] where, long row, Object output, Object... arguments) {
    long[] part = where.clone();
    part[0] = 1;
    for (int i = OPERANDS; i < part.length; i += 2) {
      part[i] += row * part[i + 1];
    }
    long end = where[1];
    for (long start = 0; start < end; start += part[1]) {
      RowLoop fast = vectors;
      part[1] = fast == null ? Math.min(PIECE, end - start) : end - start;
      if (fast != null) {
        fast.run(part);
      } else {
        piece(part, output, arguments);
      }
      part[OPERANDS] += part[1] * type.bytes();
      for (int i = 0; i < inputs.length; i++) {
        part[OPERANDS + 2 + 2 * i] += inputs[i].repeated() ? 0 : part[1] * type.bytes();
      }
    }
  }

  private void piece(long[] where, Object output, Object... arguments) {
    int count = (int) where[1];
    boolean timed = count >= TRIAL;
    long begin = timed ? System.nanoTime() : 0;
    ValueLayout layout = type == DType.FLOAT32 ? ValueLayout.JAVA_FLOAT : ValueLayout.JAVA_DOUBLE;
    for (int i = 0; i < arguments.length; i++) {
      long address = where[OPERANDS + 2 + 2 * i];
      if (inputs[i].repeated()) {
        fill(arguments[i], count, address);
      } else {
        MemorySegment.copy(VectorSupport.ALL, layout, address, arguments[i], 0, count);
      }
    }
    elements.run(count, output, arguments);
    MemorySegment.copy(output, 0, VectorSupport.ALL, layout, where[OPERANDS], count);
    if (timed) {
      tryVectors(System.nanoTime() - begin, count);
    }
  }

  private static void fill(Object array, int count, long address) {
    if (array instanceof float[] floats) {
      float value = VectorSupport.ALL.get(ValueLayout.JAVA_FLOAT, address);
      Arrays.fill(floats, 0, count, value);
    } else {
      double value = VectorSupport.ALL.get(ValueLayout.JAVA_DOUBLE, address);
      Arrays.fill((double[]) array, 0, count, value);
    }
  }

  /** Lets HotSpot count calls of the loop over vectors, and sees whether it is faster by now. */
  private synchronized void tryVectors(long time, int count) {
    left -= time;
    fastest = Math.min(fastest, (double) time / count);
    if (vectors != null || left > 0) {
      return;
    }
    if (tried == null) {
      tried = FreshStack.get(() -> LoopCompiler.compile(target, inputs));
    }
    long begin = System.nanoTime();
    for (int i = 0; i < EMPTY; i++) {
      callVectors(0);
    }
    long start = System.nanoTime();
    callVectors(TRIAL);
    long end = System.nanoTime();
    left = APART * (end - begin);
    if (end - start < fastest * TRIAL) {
      vectors = tried;
    }
  }

  private void callVectors(int count) {
    trial[1] = count;
    try {
      tried.run(trial);
    } finally {
      Reference.reachabilityFence(scratch);
    }
  }
}
