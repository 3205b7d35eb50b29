package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops for softmax and what depends on it: with the maximum {@code m} of a row, {@code p = exp(x -
 * m)} and {@code s = sum(p)}, softmax is {@code p / s}.
 */
final class LogitLoops implements LogitRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  /**
   * The numbers, 64 for each lane, that are summed in their own type; sums of more are in float64.
   */
  private static final long PIECE = 64L * LANES;

  LogitLoops() {}

  @Override
  public void softmax(long logits, long classes, long to) {
    double sum = powers(logits, classes, largest(logits, classes), to);
    scale(to, classes, 1 / sum);
  }

  @Override
  public void logSoftmax(long logits, long classes, long to) {
    double largest = largest(logits, classes);
    double sum = powers(logits, classes, largest, 0);
    shift(logits, classes, largest, Math.log(sum), to);
  }

  @Override
  public void crossEntropy(long label, long logits, long classes, long to) {
    double largest = largest(logits, classes);
    double sum = powers(logits, classes, largest, 0);
    double chosen = TypeSpecializer.get(SPECIES, logits + label * BYTES);
    TypeSpecializer.set(SPECIES, to, Math.log(sum) + (largest - chosen));
  }

  @Override
  public void crossEntropyGradient(long label, long logits, long classes, long upstream, long to) {
    double factor = TypeSpecializer.get(SPECIES, upstream);
    double sum = powers(logits, classes, largest(logits, classes), to);
    scale(to, classes, factor / sum);
    long chosen = to + label * BYTES;
    TypeSpecializer.set(SPECIES, chosen, TypeSpecializer.get(SPECIES, chosen) - factor);
  }

  /** Returns lanes of a row; those past its end are -infinity. */
  private static Vector<Number> load(long address, VectorMask<Number> some) {
    Vector<Number> nothing = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
    return nothing.blend(TypeSpecializer.load(SPECIES, address, some), some);
  }

  private static double largest(long row, long classes) {
    Vector<Number> largest = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
    for (long c = 0; c < classes; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, classes);
      Vector<Number> x = load(row + c * BYTES, some);
      largest = largest.blend(x, x.compare(VectorOperators.GT, largest));
    }
    return TypeSpecializer.largest(SPECIES, largest);
  }

  /** Returns the sum of the exponentials and, unless {@code to} is 0, stores them there. */
  private static double powers(long row, long classes, double largest, long to) {
    Vector<Number> top = TypeSpecializer.all(SPECIES, largest);
    double sum = 0;
    for (long piece = 0; piece < classes; piece += PIECE) {
      long end = Math.min(piece + PIECE, classes);
      Vector<Number> sums = TypeSpecializer.all(SPECIES, 0);
      for (long c = piece; c < end; c += LANES) {
        VectorMask<Number> some = SPECIES.indexInRange(c, classes);
        Vector<Number> power = TypeSpecializer.exp(SPECIES, load(row + c * BYTES, some).sub(top));
        sums = sums.add(power);
        if (to != 0) {
          TypeSpecializer.store(power, to + c * BYTES, some);
        }
      }
      sum += TypeSpecializer.sum(SPECIES, sums);
    }
    return sum;
  }

  private static void scale(long row, long classes, double factor) {
    Vector<Number> factors = TypeSpecializer.all(SPECIES, factor);
    for (long c = 0; c < classes; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, classes);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES, some);
      TypeSpecializer.store(x.mul(factors), row + c * BYTES, some);
    }
  }

  /** Subtracts the two numbers one after the other: their sum would lose digits of the second. */
  private static void shift(long row, long classes, double largest, double log, long to) {
    Vector<Number> top = TypeSpecializer.all(SPECIES, largest);
    Vector<Number> logs = TypeSpecializer.all(SPECIES, log);
    for (long c = 0; c < classes; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, classes);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES, some);
      TypeSpecializer.store(x.sub(top).sub(logs), to + c * BYTES, some);
    }
  }
}
