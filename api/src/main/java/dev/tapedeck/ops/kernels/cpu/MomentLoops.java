package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of columns, a vector of columns at a time, whose sums stay in registers; neighbouring rows
 * have sums of their own, since an addition waits for the one before. See {@link PoolLoops} for the
 * form.
 */
final class MomentLoops implements MomentRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  MomentLoops() {}

  private static Vector<Number> load(long address, VectorMask<Number> some) {
    return TypeSpecializer.load(SPECIES, address, some);
  }

  private static Vector<Number> zero() {
    return TypeSpecializer.all(SPECIES, 0);
  }

  @Override
  public void moments(long x, long rows, long columns, long to) {
    long row = columns * BYTES;
    long fours = rows - rows % 4;
    long pairs = rows - rows % 2;
    for (long c = 0; c < columns; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, columns);
      long from = x + c * BYTES;
      Vector<Number> s0 = zero();
      Vector<Number> s1 = zero();
      Vector<Number> s2 = zero();
      Vector<Number> s3 = zero();
      for (long at = from; at < from + fours * row; at += 4 * row) {
        s0 = s0.add(load(at, some));
        s1 = s1.add(load(at + row, some));
        s2 = s2.add(load(at + 2 * row, some));
        s3 = s3.add(load(at + 3 * row, some));
      }
      for (long at = from + fours * row; at < from + rows * row; at += row) {
        s0 = s0.add(load(at, some));
      }
      Vector<Number> mean =
          s0.add(s1).add(s2.add(s3)).div(TypeSpecializer.all(SPECIES, (double) rows));
      Vector<Number> d0 = zero();
      Vector<Number> d1 = zero();
      Vector<Number> q0 = zero();
      Vector<Number> q1 = zero();
      for (long at = from; at < from + pairs * row; at += 2 * row) {
        Vector<Number> x0 = load(at, some).sub(mean);
        Vector<Number> x1 = load(at + row, some).sub(mean);
        d0 = d0.add(x0);
        d1 = d1.add(x1);
        q0 = q0.add(x0.mul(x0));
        q1 = q1.add(x1.mul(x1));
      }
      for (long at = from + pairs * row; at < from + rows * row; at += row) {
        Vector<Number> x0 = load(at, some).sub(mean);
        d0 = d0.add(x0);
        q0 = q0.add(x0.mul(x0));
      }
      TypeSpecializer.store(mean, to + c * BYTES, some);
      TypeSpecializer.store(d0.add(d1), to + row + c * BYTES, some);
      TypeSpecializer.store(q0.add(q1), to + 2 * row + c * BYTES, some);
    }
  }

  @Override
  public void sums(long g, long x, long mean, long rows, long columns, long to) {
    long row = columns * BYTES;
    long pairs = rows - rows % 2;
    long apart = x - g;
    for (long c = 0; c < columns; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, columns);
      long from = g + c * BYTES;
      Vector<Number> centre = load(mean + c * BYTES, some);
      Vector<Number> s0 = zero();
      Vector<Number> s1 = zero();
      Vector<Number> p0 = zero();
      Vector<Number> p1 = zero();
      for (long at = from; at < from + pairs * row; at += 2 * row) {
        Vector<Number> g0 = load(at, some);
        Vector<Number> g1 = load(at + row, some);
        s0 = s0.add(g0);
        s1 = s1.add(g1);
        p0 = p0.add(g0.mul(load(at + apart, some).sub(centre)));
        p1 = p1.add(g1.mul(load(at + apart + row, some).sub(centre)));
      }
      for (long at = from + pairs * row; at < from + rows * row; at += row) {
        Vector<Number> g0 = load(at, some);
        s0 = s0.add(g0);
        p0 = p0.add(g0.mul(load(at + apart, some).sub(centre)));
      }
      TypeSpecializer.store(s0.add(s1), to + c * BYTES, some);
      TypeSpecializer.store(p0.add(p1), to + row + c * BYTES, some);
    }
  }
}
