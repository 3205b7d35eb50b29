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
    if (!allowsAny(mask, seen)) {
      fill(scores, 0, keys, 1.0 / keys);
      return;
    }
    if (mask != 0) {
      hide(scores, seen, scale, mask);
    }
    double sum = powers(scores, seen, scale, largest(scores, seen, scale));
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

  /** Returns the end of the whole vectors of a row. */
  private static long whole(long end) {
    return end - end % LANES;
  }

  /** Replaces scores that a mask does not allow by those that are -infinity once scaled. */
  @SuppressWarnings("unchecked") // of the same species
  private static void hide(long row, long seen, double scale, long mask) {
    Vector<Number> lowest =
        TypeSpecializer.all(SPECIES, Math.copySign(Double.POSITIVE_INFINITY, -scale));
    long end = whole(seen);
    for (long c = 0; c < end; c += LANES) {
      VectorMask<Number> allowed = (VectorMask<Number>) VectorSupport.bools(SPECIES, mask + c);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES);
      TypeSpecializer.store(lowest.blend(x, allowed), row + c * BYTES);
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      VectorMask<Number> allowed =
          (VectorMask<Number>) VectorSupport.someBools(SPECIES, mask + end, (int) (seen - end));
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + end * BYTES, some);
      TypeSpecializer.store(lowest.blend(x, allowed), row + end * BYTES, some);
    }
  }

  private static double largest(long row, long seen, double scale) {
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    Vector<Number> largest = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
    long end = whole(seen);
    for (long c = 0; c < end; c += LANES) {
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES).mul(scales);
      largest = largest.blend(x, x.compare(VectorOperators.GT, largest));
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + end * BYTES, some).mul(scales);
      largest = largest.blend(x, x.compare(VectorOperators.GT, largest).and(some));
    }
    return TypeSpecializer.largest(SPECIES, largest);
  }

  /** Stores the exponentials, and returns their sum. */
  private static double powers(long row, long seen, double scale, double largest) {
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    Vector<Number> top = TypeSpecializer.all(SPECIES, largest);
    long end = whole(seen);
    double sum = 0;
    for (long piece = 0; piece < end; piece += PIECE) {
      Vector<Number> sums = TypeSpecializer.all(SPECIES, 0);
      for (long c = piece; c < Math.min(piece + PIECE, end); c += LANES) {
        Vector<Number> x = TypeSpecializer.load(SPECIES, row + c * BYTES).mul(scales);
        Vector<Number> power = TypeSpecializer.exp(SPECIES, x.sub(top));
        sums = sums.add(power);
        TypeSpecializer.store(power, row + c * BYTES);
      }
      sum += TypeSpecializer.sum(SPECIES, sums);
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      Vector<Number> x = TypeSpecializer.load(SPECIES, row + end * BYTES, some).mul(scales);
      Vector<Number> power = TypeSpecializer.exp(SPECIES, x.sub(top));
      TypeSpecializer.store(power, row + end * BYTES, some);
      sum += TypeSpecializer.sum(SPECIES, TypeSpecializer.all(SPECIES, 0).blend(power, some));
    }
    return sum;
  }

  private static void scale(long row, long seen, double factor) {
    Vector<Number> factors = TypeSpecializer.all(SPECIES, factor);
    long end = whole(seen);
    for (long c = 0; c < end; c += LANES) {
      long at = row + c * BYTES;
      TypeSpecializer.store(TypeSpecializer.load(SPECIES, at).mul(factors), at);
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      long at = row + end * BYTES;
      TypeSpecializer.store(TypeSpecializer.load(SPECIES, at, some).mul(factors), at, some);
    }
  }

  private static void fill(long row, long from, long end, double value) {
    Vector<Number> values = TypeSpecializer.all(SPECIES, value);
    for (long c = from; c < end; c += LANES) {
      TypeSpecializer.store(values, row + c * BYTES, SPECIES.indexInRange(c, end));
    }
  }

  /** Returns the sum of the products of two rows. */
  private static double products(long one, long other, long seen) {
    long end = whole(seen);
    double sum = 0;
    for (long piece = 0; piece < end; piece += PIECE) {
      Vector<Number> sums = TypeSpecializer.all(SPECIES, 0);
      for (long c = piece; c < Math.min(piece + PIECE, end); c += LANES) {
        Vector<Number> x = TypeSpecializer.load(SPECIES, one + c * BYTES);
        sums = sums.add(x.mul(TypeSpecializer.load(SPECIES, other + c * BYTES)));
      }
      sum += TypeSpecializer.sum(SPECIES, sums);
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      Vector<Number> x = TypeSpecializer.load(SPECIES, one + end * BYTES, some);
      Vector<Number> y = TypeSpecializer.load(SPECIES, other + end * BYTES, some);
      sum += TypeSpecializer.sum(SPECIES, x.mul(y));
    }
    return sum;
  }

  /** Replaces gradients by their differences from a mean, times weights and a scale. */
  private static void centre(long weights, long gradients, long seen, double mean, double scale) {
    Vector<Number> means = TypeSpecializer.all(SPECIES, mean);
    Vector<Number> scales = TypeSpecializer.all(SPECIES, scale);
    long end = whole(seen);
    for (long c = 0; c < end; c += LANES) {
      Vector<Number> p = TypeSpecializer.load(SPECIES, weights + c * BYTES);
      Vector<Number> g = TypeSpecializer.load(SPECIES, gradients + c * BYTES);
      TypeSpecializer.store(g.sub(means).mul(p).mul(scales), gradients + c * BYTES);
    }
    if (end < seen) {
      VectorMask<Number> some = SPECIES.indexInRange(end, seen);
      Vector<Number> p = TypeSpecializer.load(SPECIES, weights + end * BYTES, some);
      Vector<Number> g = TypeSpecializer.load(SPECIES, gradients + end * BYTES, some);
      TypeSpecializer.store(g.sub(means).mul(p).mul(scales), gradients + end * BYTES, some);
    }
  }
}
