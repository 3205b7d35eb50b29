package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Loops over units: short ones, since HotSpot gives up on long ones. */
final class RecurrentLoops implements RecurrentRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  RecurrentLoops() {}

  private static Vector<Number> load(long address, VectorMask<Number> some) {
    return TypeSpecializer.load(SPECIES, address, some);
  }

  private static void store(Vector<Number> x, long address, VectorMask<Number> some) {
    TypeSpecializer.store(x, address, some);
  }

  private static Vector<Number> one() {
    return TypeSpecializer.all(SPECIES, 1);
  }

  /** Returns {@code x * (1 - x)}, the slope of the sigmoid whose value is x. */
  private static Vector<Number> slope(Vector<Number> x) {
    return x.mul(one().sub(x));
  }

  /** Returns {@code 1 - x * x}, the slope of the tanh whose value is x. */
  private static Vector<Number> tanhSlope(Vector<Number> x) {
    return one().sub(x.mul(x));
  }

  @Override
  public void sigmoid(long a, long b, long bias, long count, long to) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      Vector<Number> x = load(a + at, some).add(load(b + at, some)).add(load(bias + at, some));
      store(one().div(TypeSpecializer.exp(SPECIES, x.neg()).add(one())), to + at, some);
    }
  }

  @Override
  public void tanh(long a, long b, long bias, long count, long to) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      Vector<Number> x = load(a + at, some).add(load(b + at, some)).add(load(bias + at, some));
      store(TypeSpecializer.tanh(SPECIES, x), to + at, some);
    }
  }

  @Override
  public void lstm(long gates, long memoryBefore, long units, long memory, long output) {
    long gate = units * BYTES;
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      long from = gates + at;
      Vector<Number> kept = load(from + gate, some).mul(load(memoryBefore + at, some));
      Vector<Number> c = kept.add(load(from, some).mul(load(from + 2 * gate, some)));
      store(c, memory + at, some);
      Vector<Number> t = TypeSpecializer.tanh(SPECIES, c);
      store(load(from + 3 * gate, some).mul(t), output + at, some);
    }
  }

  @Override
  public void gru(long kept, long a, long bias, long b, long before, long units, long output) {
    long gate = units * BYTES;
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      long k = kept + at;
      Vector<Number> q = load(b + at, some);
      Vector<Number> x = load(a + at, some).add(load(bias + at, some));
      Vector<Number> g = TypeSpecializer.tanh(SPECIES, x.add(load(k + gate, some).mul(q)));
      store(g, k + 2 * gate, some);
      store(q, k + 3 * gate, some);
      Vector<Number> z = load(k, some);
      Vector<Number> h = z.mul(load(before + at, some)).add(one().sub(z).mul(g));
      store(h, output + at, some);
    }
  }

  @Override
  public void add(long to, long numbers, long count) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      store(load(to + at, some).add(load(numbers + at, some)), to + at, some);
    }
  }

  @Override
  public void sum(long upstream, long product, long units, long carried) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> x = load(upstream + at, some).add(load(product + at, some));
      store(x.add(load(carried + at, some)), carried + at, some);
    }
  }

  @Override
  public void tanhGradient(long gradient, long output, long units, long to) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> y = load(output + at, some);
      store(load(gradient + at, some).mul(tanhSlope(y)), to + at, some);
    }
  }

  @Override
  public void lstmGradient(
      long gradient,
      long kept,
      long memory,
      long memoryBefore,
      long units,
      long memoryUpstream,
      long memoryCarried,
      long to) {
    long gate = units * BYTES;
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> dh = load(gradient + at, some);
      Vector<Number> dc = load(memoryCarried + at, some);
      if (memoryUpstream != 0) {
        dc = dc.add(load(memoryUpstream + at, some));
      }
      Vector<Number> t = TypeSpecializer.tanh(SPECIES, load(memory + at, some));
      Vector<Number> open = load(kept + at + 3 * gate, some);
      store(dh.mul(t).mul(slope(open)), to + at + 3 * gate, some);
      store(dc.add(dh.mul(open).mul(tanhSlope(t))), memoryCarried + at, some);
    }
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> dc = load(memoryCarried + at, some);
      Vector<Number> in = load(kept + at, some);
      Vector<Number> forget = load(kept + at + gate, some);
      Vector<Number> g = load(kept + at + 2 * gate, some);
      store(dc.mul(g).mul(slope(in)), to + at, some);
      store(dc.mul(load(memoryBefore + at, some)).mul(slope(forget)), to + at + gate, some);
      store(dc.mul(in).mul(tanhSlope(g)), to + at + 2 * gate, some);
      store(dc.mul(forget), memoryCarried + at, some);
    }
  }

  @Override
  public void gruGradient(
      long gradient, long kept, long before, long units, long to, long ofState) {
    long gate = units * BYTES;
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> dh = load(gradient + at, some);
      Vector<Number> z = load(kept + at, some);
      Vector<Number> r = load(kept + at + gate, some);
      Vector<Number> g = load(kept + at + 2 * gate, some);
      Vector<Number> dz = dh.mul(load(before + at, some).sub(g)).mul(slope(z));
      Vector<Number> dg = dh.mul(one().sub(z)).mul(tanhSlope(g));
      Vector<Number> dr = dg.mul(load(kept + at + 3 * gate, some)).mul(slope(r));
      store(dz, to + at, some);
      store(dz, ofState + at, some);
      store(dr, to + at + gate, some);
      store(dr, ofState + at + gate, some);
      store(dg, to + at + 2 * gate, some);
      store(dg.mul(r), ofState + at + 2 * gate, some);
      store(dh.mul(z), gradient + at, some);
    }
  }
}
