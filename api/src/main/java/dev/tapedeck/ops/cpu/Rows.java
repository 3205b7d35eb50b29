package dev.tapedeck.ops.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.util.Arrays;

/**
 * Operands of one shape, by broadcasting, as rows: the axes that all of them pass through in the
 * same steps are one.
 */
final class Rows {
  private static final long PARALLEL = 1 << 15;

  private final EagerTensor[] operands;
  private final long[] sizes;

  /** For each operand, how many bytes apart neighbours along each axis are. */
  private final long[][] strides;

  private Rows(EagerTensor[] operands, long[] sizes, long[][] strides) {
    this.operands = operands;
    this.sizes = sizes;
    this.strides = strides;
  }

  static Rows of(EagerTensor output, EagerTensor[] inputs) {
    EagerTensor[] operands = new EagerTensor[inputs.length + 1];
    operands[0] = output;
    System.arraycopy(inputs, 0, operands, 1, inputs.length);
    Rows rows = merged(operands);
    boolean copied = false;
    for (int i = 1; i < operands.length; i++) {
      long step = rows.strides[i][rows.sizes.length - 1];
      if (step != 0 && step != operands[i].dtype().bytes()) {
        operands[i] = operands[i].contiguous();
        copied = true;
      }
    }
    return copied ? merged(operands) : rows;
  }

  private static Rows merged(EagerTensor[] operands) {
    long[] shape = operands[0].shape().toArray();
    int rank = shape.length;
    long[][] steps = new long[operands.length][];
    for (int i = 0; i < operands.length; i++) {
      steps[i] = operands[i].stretchedTo(operands[0].shape()).strides().clone();
      for (int axis = 0; axis < rank; axis++) {
        steps[i][axis] *= operands[i].dtype().bytes();
      }
    }
    int axes = 0; // of the result so far, which takes the places of those that were read
    for (int axis = 0; axis < rank; axis++) {
      if (shape[axis] == 1) {
        continue;
      }
      boolean joins = axes > 0;
      for (long[] step : steps) {
        joins = joins && step[axes - 1] == step[axis] * shape[axis];
      }
      int to = joins ? axes - 1 : axes++;
      shape[to] = joins ? shape[to] * shape[axis] : shape[axis];
      for (long[] step : steps) {
        step[to] = step[axis];
      }
    }
    if (axes == 0) {
      return new Rows(operands, new long[] {1}, new long[operands.length][1]);
    }
    int merged = axes;
    return new Rows(
        operands,
        Arrays.copyOf(shape, merged),
        Arrays.stream(steps).map(step -> Arrays.copyOf(step, merged)).toArray(long[][]::new));
  }

  /** Returns the number that says how each input is read, as for operands of one row. */
  long key(DType type) {
    long key = type.ordinal();
    for (int i = 1; i < operands.length; i++) {
      key = key << 1 | (operands[i].dtype() == DType.BOOL ? 1 : 0);
      key = key << 1 | (strides[i][sizes.length - 1] == 0 ? 1 : 0);
    }
    return key;
  }

  /** Returns whether a row has no more elements than a loop counts. */
  boolean fit() {
    return sizes[sizes.length - 1] <= Integer.MAX_VALUE / 2;
  }

  void run(Loop loop) {
    long[] where = new long[Loop.OPERANDS + 2 * operands.length];
    where[0] = 1;
    where[1] = sizes[sizes.length - 1];
    int axis = sizes.length - 2;
    if (axis >= 0) {
      where[0] = sizes[axis];
    }
    for (int i = 0; i < operands.length; i++) {
      where[2 + 2 * i] = operands[i].address();
      where[3 + 2 * i] = axis >= 0 ? strides[i][axis] : 0;
    }
    run(loop, where, 0, Math.max(axis, 0));
  }

  /** Walks the axes before the rows, from the outermost. */
  private void run(Loop loop, long[] where, int axis, int end) {
    if (axis == end) {
      long rows = where[0];
      if (rows * where[1] <= PARALLEL) {
        loop.run(where.clone());
      } else {
        Workers.run(rows, 1, (from, to) -> loop.run(part(where, from, to)));
      }
      return;
    }
    for (long i = 0; i < sizes[axis]; i++) {
      run(loop, where, axis + 1, end);
      for (int operand = 0; operand < operands.length; operand++) {
        where[2 + 2 * operand] += strides[operand][axis];
      }
    }
    for (int operand = 0; operand < operands.length; operand++) {
      where[2 + 2 * operand] -= sizes[axis] * strides[operand][axis];
    }
  }

  private static long[] part(long[] where, long from, long to) {
    long[] part = where.clone();
    part[0] = to - from;
    for (int i = 2; i < part.length; i += 2) {
      part[i] += from * part[i + 1];
    }
    return part;
  }
}
