package dev.tapedeck.ops.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The transform of a length {@code r * c} without other prime factors than 2, 3 and 5, as a matrix
 * of r rows: its columns are transformed, turned, and become rows, and then the columns are
 * transformed again (D. Bailey, "FFTs in external or hierarchical memory", 1990). So all steps are
 * on columns next to each other, of which vectors have some.
 *
 * <p>Rows are padded to whole vectors.
 */
final class FourierMatrix implements FourierPlan {
  /**
   * The bytes of which a row has a multiple: those of the longest vector, and of a cache's line.
   */
  static final long ROW = 64;

  private final FourierStages first;
  private final FourierStages second;
  private final long firstBytes;
  private final long secondBytes;

  /** The waves {@code exp(-2 pi i j k / length)} of row j and column k. */
  private final MemorySegment memory;

  private final FourierParts waves;

  FourierMatrix(int length) {
    List<Integer> rows = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    long product = 1;
    for (int factor : factors(length)) {
      boolean fits = product * factor * product * factor <= length;
      product *= fits ? factor : 1;
      (fits ? rows : columns).add(factor);
    }
    first = new FourierStages(rows);
    second = new FourierStages(columns);
    firstBytes = padded(second.length());
    secondBytes = padded(first.length());
    long bytes = firstBytes * first.length();
    memory = Arena.ofAuto().allocate(2 * bytes, ROW);
    waves = new FourierParts(memory.address(), memory.address() + bytes);
    for (int j = 0; j < first.length(); j++) {
      for (int k = 0; k < second.length(); k++) {
        double angle = -2 * Math.PI * j * k / length;
        long at = j * firstBytes + (long) k * Double.BYTES;
        memory.set(ValueLayout.JAVA_DOUBLE, at, Math.cos(angle));
        memory.set(ValueLayout.JAVA_DOUBLE, bytes + at, Math.sin(angle));
      }
    }
  }

  private static long padded(int length) {
    return Math.ceilDiv((long) length * Double.BYTES, ROW) * ROW;
  }

  /** Returns the factors 5, 3, 4 and 2 of a length; their product is less if there are others. */
  private static List<Integer> factors(int length) {
    List<Integer> factors = new ArrayList<>();
    int left = length;
    for (int factor : new int[] {5, 3, 4, 2}) {
      for (; left % factor == 0; left /= factor) {
        factors.add(factor);
      }
    }
    return factors;
  }

  /** Returns whether a length has no other prime factors. */
  static boolean has(int length) {
    return factors(length).stream().reduce(1, (a, b) -> a * b) == length;
  }

  @Override
  public long count() {
    return Math.max(firstBytes * first.length(), secondBytes * second.length()) / Double.BYTES;
  }

  @Override
  public void read(long from, boolean narrow, long to) {
    int columns = second.length();
    if (columns * 8L == firstBytes) {
      FourierLoops.read(from, narrow, first.length() * columns, to);
      return;
    }
    long bytes = (long) columns * (narrow ? Float.BYTES : Double.BYTES);
    for (int row = 0; row < first.length(); row++) {
      FourierLoops.read(from + row * bytes, narrow, columns, to + row * firstBytes);
    }
  }

  @Override
  public void transform(FourierWork work) {
    first.run(work, firstBytes);
    int rows = first.length();
    for (int row = 0; row < rows; row += FourierLoops.ROWS) {
      int some = Math.min(FourierLoops.ROWS, rows - row);
      FourierParts x = work.numbers().at(row * firstBytes);
      FourierParts y = work.spare().at((long) row * Double.BYTES);
      FourierLoops.multiply(x, waves.at(row * firstBytes), some * firstBytes);
      int columns = second.length();
      FourierLoops.transpose(x.real(), some, columns, firstBytes, y.real(), secondBytes);
      FourierLoops.transpose(x.imaginary(), some, columns, firstBytes, y.imaginary(), secondBytes);
    }
    work.swap();
    second.run(work, secondBytes);
  }

  @Override
  public void write(long from, double scale, boolean narrow, long to) {
    int columns = first.length();
    if (columns * 8L == secondBytes) {
      FourierLoops.write(from, scale, second.length() * columns, narrow, to);
      return;
    }
    long bytes = (long) columns * (narrow ? Float.BYTES : Double.BYTES);
    for (int row = 0; row < second.length(); row++) {
      FourierLoops.write(from + row * secondBytes, scale, columns, narrow, to + row * bytes);
    }
  }
}
