package dev.tapedeck.ops.kernels.cpu;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops for the weights of attention; see {@link LogitLoops}. */
final class AttentionLoops implements AttentionRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  /**
   * The numbers, 64 for each lane, that are summed in their own type; sums of more are in float64.
   */
  private static final long PIECE = 64L * LANES;

  AttentionLoops() {}

  @Override
  public void weights(long scores, long keys, long seen, double scale, long mask) {
    double largest = largest(scores, seen, scale, mask);
    if (largest == Double.NEGATIVE_INFINITY && !allowsAny(mask, seen)) {
      fill(scores, 0, keys, 1.0 / keys);
      return;
    }
    double sum = powers(scores, seen, scale, largest, mask);
    scale(scores, seen, 1 / sum);
    fill(scores, seen, keys, 0);
  }

  @Override
  public void gradient(
      long weights, long gradients, long keys, long seen, double scale, long mask) {
    if (!allowsAny(mask, seen)) {
      fill(gradients, 0, keys, 0);
      return;
    }
    centre(weights, gradients, seen, products(weights, gradients, seen), scale);
    fill(gradients, seen, keys, 0);
  }

  private static boolean allowsAny(long mask, long seen) {
    if (mask == 0) {
      return seen > 0;
    }
    for (long c = 0; c < seen; c++) {
      if (VectorSupport.ALL.get(ValueLayout.JAVA_BYTE, mask + c) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the lanes before an end that a mask allows. */
  @SuppressWarnings("unchecked") // of the same species
  private static VectorMask<Number> allowed(long mask, long c, long end) {
    if (mask == 0) {
      return SPECIES.indexInRange(c, end);
    }
    return (VectorMask<Number>)
        (c + LANES <= end
            ? VectorSupport.bools(SPECIES, mask + c)
            : VectorSupport.someBools(SPECIES, mask + c, (int) (end - c)));
  }

  /** Returns scaled scores, and -infinity where they are not allowed. */
  private static Vector<Number> load(
      long address, Vector<Number> scales, VectorMask<Number> allowed) {
    Vector<Number> nothing = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
    return nothing.blend(TypeSpecializer.load(SPECIES, address, allowed).mul(scales), allowed);
  }

  private static double largest(long row, long seen, double scale, long mask) {
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    Vector<Number> largest = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
    for (long c = 0; c < seen; c += LANES) {
      Vector<Number> x = load(row + c * BYTES, scales, allowed(mask, c, seen));
      largest = largest.blend(x, x.compare(VectorOperators.GT, largest));
    }
    return TypeSpecializer.largest(SPECIES, largest);
  }

  /** Stores the exponentials, and returns their sum. */
  private static double powers(long row, long seen, double scale, double largest, long mask) {
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    Vector<Number> top = TypeSpecializer.all(SPECIES, largest);
    double sum = 0;
    for (long piece = 0; piece < seen; piece += PIECE) {
      long end = Math.min(piece + PIECE, seen);
      Vector<Number> sums = TypeSpecializer.all(SPECIES, 0);
      for (long c = piece; c < end; c += LANES) {
        Vector<Number> x = load(row + c * BYTES, scales, allowed(mask, c, seen));
        Vector<Number> power = TypeSpecializer.exp(SPECIES, x.sub(top));
        sums = sums.add(power);
        TypeSpecializer.store(power, row + c * BYTES, SPECIES.indexInRange(c, seen));
      }
      sum += TypeSpecializer.sum(SPECIES, sums);
    }
    return sum;
  }

  private static void scale(long row, long seen, double factor) {
    Vector<Number> factors = TypeSpecializer.all(SPECIES, factor);
    for (long c = 0; c < seen; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, seen);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES, some);
      TypeSpecializer.store(x.mul(factors), row + c * BYTES, some);
    }
  }

  private static void fill(long row, long from, long end, double value) {
    Vector<Number> values = TypeSpecializer.all(SPECIES, value);
    for (long c = from; c < end; c += LANES) {
      TypeSpecializer.store(values, row + c * BYTES, SPECIES.indexInRange(c, end));
    }
  }

  /** Returns the sum of the products of two rows. */
  private static double products(long one, long other, long keys) {
    double sum = 0;
    for (long piece = 0; piece < keys; piece += PIECE) {
      long end = Math.min(piece + PIECE, keys);
      Vector<Number> sums = TypeSpecializer.all(SPECIES, 0);
      for (long c = piece; c < end; c += LANES) {
        VectorMask<Number> some = SPECIES.indexInRange(c, keys);
        Vector<Number> x = TypeSpecializer.load(SPECIES, one + c * BYTES, some);
        sums = sums.add(x.mul(TypeSpecializer.load(SPECIES, other + c * BYTES, some)));
      }
      sum += TypeSpecializer.sum(SPECIES, sums);
    }
    return sum;
  }

  /** Replaces gradients by their differences from a mean, times weights and a scale. */
  private static void centre(long weights, long gradients, long keys, double mean, double scale) {
    Vector<Number> means = TypeSpecializer.all(SPECIES, mean);
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    for (long c = 0; c < keys; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, keys);
      Vector<Number> p = TypeSpecializer.load(SPECIES, weights + c * BYTES, some);
      Vector<Number> g = TypeSpecializer.load(SPECIES, gradients + c * BYTES, some);
      TypeSpecializer.store(g.sub(means).mul(p).mul(scales), gradients + c * BYTES, some);
    }
  }
}
