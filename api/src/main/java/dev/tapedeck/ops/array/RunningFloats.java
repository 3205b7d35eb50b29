package dev.tapedeck.ops.array;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Running sums and products of dense float32 lines, in doubles that are rounded: several lines at a
 * time, since each operation of one waits for that before.
 *
 * @param times whether to multiply, else to add
 * @param exclusive whether to leave the element itself out
 */
record RunningFloats(boolean times, boolean exclusive, boolean reverse) {
  /** The number of lines of neighbouring elements that are run together. */
  private static final int LINES = 4;

  /** The number of neighbouring lines across memory that are run together. */
  private static final int COLUMNS = 256;

  /** The number of elements that are worth a thread. */
  private static final long LEAST = 1 << 15;

  void run(Kernels kernels, EagerTensor x, EagerTensor output, AxisLines lines) {
    MemorySegment from = x.elements();
    MemorySegment to = output.elements();
    long size = Math.max(lines.size(), 1);
    if (lines.step() == 1) {
      kernels.parallelFor(
          Math.ceilDiv(lines.count(), LINES),
          Math.ceilDiv(LEAST, LINES * size),
          (first, end) -> {
            for (long line = first * LINES; line < end * LINES; line += LINES) {
              together(from, to, line, (int) Math.min(LINES, lines.count() - line), size);
            }
          });
    } else {
      long blocks = Math.ceilDiv(lines.step(), COLUMNS);
      kernels.parallelFor(
          lines.count() / lines.step() * blocks,
          Math.ceilDiv(LEAST, Math.min(lines.step(), COLUMNS) * size),
          (first, end) -> {
            for (long block = first; block < end; block++) {
              long column = block % blocks * COLUMNS;
              int width = (int) Math.min(COLUMNS, lines.step() - column);
              columns(from, to, lines, lines.start(block / blocks * lines.step() + column), width);
            }
          });
    }
  }

  private void together(MemorySegment from, MemorySegment to, long line, int count, long size) {
    if (count == LINES) {
      four(from, to, line * size, size);
      return;
    }
    for (long l = line; l < line + count; l++) {
      double total = times ? 1 : 0;
      for (long j = 0; j < size; j++) {
        long at = l * size + (reverse ? size - 1 - j : j);
        total = step(to, at, total, from.getAtIndex(Elements.FLOAT, at));
      }
    }
  }

  private void four(MemorySegment from, MemorySegment to, long first, long size) {
    double a = times ? 1 : 0;
    double b = a;
    double c = a;
    double d = a;
    for (long j = 0; j < size; j++) {
      long at = first + (reverse ? size - 1 - j : j);
      a = step(to, at, a, from.getAtIndex(Elements.FLOAT, at));
      b = step(to, at + size, b, from.getAtIndex(Elements.FLOAT, at + size));
      c = step(to, at + 2 * size, c, from.getAtIndex(Elements.FLOAT, at + 2 * size));
      d = step(to, at + 3 * size, d, from.getAtIndex(Elements.FLOAT, at + 3 * size));
    }
  }

  /** Writes a result, and returns the total with the element. */
  private double step(MemorySegment to, long at, double total, float x) {
    double next = times ? total * x : total + x;
    to.setAtIndex(Elements.FLOAT, at, (float) (exclusive ? total : next));
    return next;
  }

  /** Runs neighbouring lines row by row, in arrays, whose loops HotSpot vectorizes. */
  private void columns(
      MemorySegment from, MemorySegment to, AxisLines lines, long start, int width) {
    double[] totals = new double[width];
    Arrays.fill(totals, times ? 1 : 0);
    float[] row = new float[width];
    for (long j = 0; j < lines.size(); j++) {
      long at = start + (reverse ? lines.size() - 1 - j : j) * lines.step();
      MemorySegment.copy(from, Elements.FLOAT, 4 * at, row, 0, width);
      if (exclusive) {
        before(totals, row);
      } else if (times) {
        multiply(totals, row);
      } else {
        add(totals, row);
      }
      MemorySegment.copy(row, 0, to, Elements.FLOAT, 4 * at, width);
    }
  }

  private static void add(double[] totals, float[] row) {
    for (int i = 0; i < row.length; i++) {
      totals[i] += row[i];
      row[i] = (float) totals[i];
    }
  }

  private static void multiply(double[] totals, float[] row) {
    for (int i = 0; i < row.length; i++) {
      totals[i] *= row[i];
      row[i] = (float) totals[i];
    }
  }

  private void before(double[] totals, float[] row) {
    for (int i = 0; i < row.length; i++) {
      double total = totals[i];
      totals[i] = times ? total * row[i] : total + row[i];
      row[i] = (float) total;
    }
  }
}
