package dev.tapedeck.ops.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax and cross-entropy of rows; of a row that one vector holds, without a second look at it.
 *
 * <p>NaN loses each comparison, so that it does not become the largest; that it is in the sum is
 * enough for all results to be NaN.
 */
final class LogitLoops implements LogitRows {
  private static final VectorSpecies<Number> SPECIES = Reals.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  LogitLoops() {}

  /** Returns lanes; those past the end are minus infinity, whose power is 0. */
  private static Vector<Number> load(long address, VectorMask<Number> some) {
    return Reals.all(SPECIES, Double.NEGATIVE_INFINITY)
        .blend(Reals.load(SPECIES, address, some), some);
  }

  private static Vector<Number> load(long address) {
    return SPECIES.fromMemorySegment(Lanes.ALL, address, Lanes.ORDER);
  }

  private static Vector<Number> max(Vector<Number> x, Vector<Number> y) {
    return x.blend(y, y.compare(VectorOperators.GT, x));
  }

  private static Vector<Number> power(Vector<Number> x, Vector<Number> largest) {
    return Reals.exp(x.sub(largest));
  }

  /** Returns how many elements lie before the last vector of a row, which may have fewer lanes. */
  private static int whole(long classes) {
    return (int) ((classes - 1) / LANES * LANES);
  }

  private static VectorMask<Number> rest(long classes) {
    return SPECIES.indexInRange(0, (classes - 1) % LANES + 1);
  }

  private static double largest(long from, long classes) {
    Vector<Number> largest = load(from + whole(classes) * BYTES, rest(classes));
    for (int i = 0; i < whole(classes); i += LANES) {
      largest = max(largest, load(from + i * BYTES));
    }
    return Reals.max(largest);
  }

  /** Returns the sum of the powers of what is left when the largest is subtracted. */
  private static double sum(long from, long classes, Vector<Number> largest) {
    Vector<Number> sum = power(load(from + whole(classes) * BYTES, rest(classes)), largest);
    for (int i = 0; i < whole(classes); i += LANES) {
      sum = sum.add(power(load(from + i * BYTES), largest));
    }
    return Reals.sum(sum);
  }

  /** Does the same, and stores the powers. */
  private static double powers(long from, long classes, Vector<Number> largest, long to) {
    VectorMask<Number> some = rest(classes);
    Vector<Number> sum = power(load(from + whole(classes) * BYTES, some), largest);
    sum.intoMemorySegment(Lanes.ALL, to + whole(classes) * BYTES, Lanes.ORDER, some);
    for (int i = 0; i < whole(classes); i += LANES) {
      Vector<Number> power = power(load(from + i * BYTES), largest);
      power.intoMemorySegment(Lanes.ALL, to + i * BYTES, Lanes.ORDER);
      sum = sum.add(power);
    }
    return Reals.sum(sum);
  }

  private static void times(double factor, long classes, long to) {
    Vector<Number> factors = Reals.all(SPECIES, factor);
    for (int i = 0; i < whole(classes); i += LANES) {
      load(to + i * BYTES).mul(factors).intoMemorySegment(Lanes.ALL, to + i * BYTES, Lanes.ORDER);
    }
    VectorMask<Number> some = rest(classes);
    long last = to + whole(classes) * BYTES;
    load(last, some).mul(factors).intoMemorySegment(Lanes.ALL, last, Lanes.ORDER, some);
  }

  private static void minus(double largest, double log, long from, long classes, long to) {
    Vector<Number> all = Reals.all(SPECIES, largest);
    Vector<Number> logs = Reals.all(SPECIES, log);
    for (int i = 0; i < whole(classes); i += LANES) {
      load(from + i * BYTES)
          .sub(all)
          .sub(logs)
          .intoMemorySegment(Lanes.ALL, to + i * BYTES, Lanes.ORDER);
    }
    VectorMask<Number> some = rest(classes);
    load(from + whole(classes) * BYTES, some)
        .sub(all)
        .sub(logs)
        .intoMemorySegment(Lanes.ALL, to + whole(classes) * BYTES, Lanes.ORDER, some);
  }

  /** Computes softmax of a row, times a factor. */
  private static void softmax(double factor, long classes, long from, long to) {
    if (classes > LANES) {
      Vector<Number> largest = Reals.all(SPECIES, largest(from, classes));
      times(factor / powers(from, classes, largest, to), classes, to);
    } else {
      VectorMask<Number> some = SPECIES.indexInRange(0, classes);
      Vector<Number> x = load(from, some);
      Vector<Number> power = power(x, Reals.all(SPECIES, Reals.max(x)));
      power
          .mul(Reals.all(SPECIES, factor / Reals.sum(power)))
          .intoMemorySegment(Lanes.ALL, to, Lanes.ORDER, some);
    }
  }

  @Override
  public void softmax(long first, long end, long classes, long from, long to) {
    for (long row = first * classes; row < end * classes; row += classes) {
      softmax(1, classes, from + row * BYTES, to + row * BYTES);
    }
  }

  @Override
  public void logSoftmax(long first, long end, long classes, long from, long to) {
    for (long row = first * classes; row < end * classes; row += classes) {
      double largest = largest(from + row * BYTES, classes);
      double sum = sum(from + row * BYTES, classes, Reals.all(SPECIES, largest));
      minus(largest, Math.log(sum), from + row * BYTES, classes, to + row * BYTES);
    }
  }

  @Override
  public void crossEntropy(long first, long end, long classes, long[] labels, long from, long to) {
    for (long i = first; i < end; i++) {
      long row = from + i * classes * BYTES;
      double largest = largest(row, classes);
      double sum = sum(row, classes, Reals.all(SPECIES, largest));
      double chosen = Reals.get(SPECIES, row + labels[(int) i] * BYTES);
      Reals.set(SPECIES, to + i * BYTES, Math.log(sum) + (largest - chosen));
    }
  }

  @Override
  public void crossEntropyGradient(
      long first, long end, long classes, long[] labels, long from, long upstream, long to) {
    for (long i = first; i < end; i++) {
      double g = Reals.get(SPECIES, upstream + i * BYTES);
      long row = i * classes * BYTES;
      softmax(g, classes, from + row, to + row);
      long label = to + row + labels[(int) i] * BYTES;
      Reals.set(SPECIES, label, Reals.get(SPECIES, label) - g);
    }
  }
}
