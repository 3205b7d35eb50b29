package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * An output and inputs as rows for a loop; neighbouring axes that are contiguous in all of them are
 * merged.
 */
final class Rows {
  private final EagerTensor[] operands;
  private final long[] sizes;

  /** The byte strides of each operand. */
  private final long[][] strides;

  private Rows(EagerTensor[] operands, long[] sizes, long[][] strides) {
    this.operands = operands;
    this.sizes = sizes;
    this.strides = strides;
  }

  /**
   * Returns the rows of inputs broadcast to the shape of an output. The output may be broadcast,
   * too, along axes that are reduced.
   */
  static Rows of(EagerTensor output, EagerTensor... inputs) {
    EagerTensor[] operands = new EagerTensor[inputs.length + 1];
    operands[0] = output;
    System.arraycopy(inputs, 0, operands, 1, inputs.length);
    Rows rows = merged(operands);
    boolean copied = false;
    for (int i = 1; i < operands.length; i++) {
      if (rows.inner(i) != 0 && rows.inner(i) != operands[i].dtype().bytes()) {
        operands[i] = operands[i].dense();
        copied = true;
      }
    }
    return copied ? merged(operands) : rows;
  }

  private static Rows merged(EagerTensor... operands) {
    Shape shape = operands[0].shape();
    long[] sizes = shape.toArray();
    long[][] strides = new long[operands.length][];
    for (int i = 0; i < operands.length; i++) {
      EagerTensor operand = operands[i];
      boolean same = operand.shape().equals(shape);
      strides[i] = (same ? operand : operand.broadcastTo(shape)).strides().clone();
      for (int axis = 0; axis < sizes.length; axis++) {
        strides[i][axis] *= operand.dtype().bytes();
      }
    }
    int axes = 0; // merged so far, stored in place
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == 1) {
        continue;
      }
      boolean joins = axes > 0;
      for (long[] steps : strides) {
        joins = joins && steps[axes - 1] == steps[axis] * sizes[axis];
      }
      int to = joins ? axes - 1 : axes++;
      sizes[to] = joins ? sizes[to] * sizes[axis] : sizes[axis];
      for (long[] steps : strides) {
        steps[to] = steps[axis];
      }
    }
    if (axes == 0) {
      return new Rows(operands, new long[] {1}, new long[operands.length][1]);
    }
    return new Rows(operands, Arrays.copyOf(sizes, axes), strides);
  }

  private long inner(int operand) {
    return strides[operand][sizes.length - 1];
  }

  int inputs() {
    return operands.length - 1;
  }

  /** Returns whether the output has one element per row. */
  boolean reduced() {
    return inner(0) == 0;
  }

  /** Returns the number of elements in a row. */
  long columns() {
    return sizes[sizes.length - 1];
  }

  /** Returns whether the elements in a row fit a loop's int counter. */
  boolean fit() {
    return columns() <= Integer.MAX_VALUE / 2;
  }

  /** Returns the key of the access to each input; see {@link CompiledFormula#key}. */
  long key(DType type) {
    long key = CompiledFormula.key(type);
    for (int i = 1; i < operands.length; i++) {
      key = CompiledFormula.key(key, operands[i], inner(i) == 0);
    }
    return key;
  }

  /** Runs a loop over all elements. Each element of the output is the work of one thread. */
  void run(RowLoop loop) {
    long elements = 1;
    for (long size : sizes) {
      elements *= size;
    }
    long[] where = where();
    try {
      if (elements < 2 * Workers.LEAST || sizes.length == 1 || strides[0][0] == 0) {
        run(loop, where, 0, 0, sizes[0]);
      } else {
        Workers.run(
            sizes[0],
            Math.ceilDiv(Workers.LEAST * sizes[0], elements),
            (from, to) -> run(loop, where.clone(), 0, from, to));
      }
    } finally {
      // Loops use raw addresses: copies must not be collected while they run.
      Reference.reachabilityFence(operands);
    }
  }

  /** Returns the loop's argument for the first rows, those of the last two axes. */
  private long[] where() {
    int axes = sizes.length;
    long[] where = new long[RowLoop.OPERANDS + 2 * operands.length];
    where[0] = axes == 1 ? 1 : sizes[axes - 2];
    where[1] = sizes[axes - 1];
    for (int i = 0; i < operands.length; i++) {
      where[RowLoop.OPERANDS + 2 * i] = operands[i].address();
      where[RowLoop.OPERANDS + 2 * i + 1] = axes == 1 ? 0 : strides[i][axes - 2];
    }
    return where;
  }

  /** Runs over a part of an axis and all inner axes. */
  private void run(RowLoop loop, long[] where, int axis, long from, long to) {
    int behind = sizes.length - 1 - axis;
    advance(where, axis, from);
    if (behind <= 1) {
      where[0] = behind == 0 ? 1 : to - from;
      loop.run(where);
      advance(where, axis, -from);
      return;
    }
    for (long i = from; i < to; i++) {
      run(loop, where, axis + 1, 0, sizes[axis + 1]);
      advance(where, axis, 1);
    }
    advance(where, axis, -to);
  }

  private void advance(long[] where, int axis, long steps) {
    for (int i = 0; i < operands.length; i++) {
      where[RowLoop.OPERANDS + 2 * i] += steps * strides[i][axis];
    }
  }
}
