package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Loops over units, each so short that HotSpot compiles all of it to vector instructions. */
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

  private static Vector<Number> zero() {
    return TypeSpecializer.all(SPECIES, 0);
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
  public void sum(long a, long b, long c, long count, long to) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      Vector<Number> x = load(a + at, some).add(load(b + at, some)).add(load(c + at, some));
      store(x, to + at, some);
    }
  }

  @Override
  public void sigmoid(long x, long count) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = x + i * BYTES;
      Vector<Number> power = TypeSpecializer.exp(SPECIES, zero().sub(load(at, some)));
      store(one().div(power.add(one())), at, some);
    }
  }

  @Override
  public void tanh(long x, long count, long to) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      store(TypeSpecializer.tanh(SPECIES, load(x + at, some)), to + at, some);
    }
  }

  @Override
  public void memory(long gates, long before, long units, long to) {
    long gate = units * BYTES;
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      long from = gates + at;
      Vector<Number> kept = load(from + gate, some).mul(load(before + at, some));
      store(kept.add(load(from, some).mul(load(from + 2 * gate, some))), to + at, some);
    }
  }

  @Override
  public void mul(long to, long factors, long count) {
    for (long i = 0; i < count; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, count);
      long at = i * BYTES;
      store(load(to + at, some).mul(load(factors + at, some)), to + at, some);
    }
  }

  @Override
  public void candidate(long a, long bias, long reset, long q, long units, long to) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> ofState = load(reset + at, some).mul(load(q + at, some));
      store(load(a + at, some).add(load(bias + at, some)).add(ofState), to + at, some);
    }
  }

  @Override
  public void mix(long z, long before, long g, long units, long to) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> update = load(z + at, some);
      Vector<Number> old = update.mul(load(before + at, some));
      store(old.add(one().sub(update).mul(load(g + at, some))), to + at, some);
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
  public void tanhGradient(long gradient, long output, long units, long to) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> y = load(output + at, some);
      store(load(gradient + at, some).mul(tanhSlope(y)), to + at, some);
    }
  }

  @Override
  public void outputGradient(
      long gradient, long open, long tanh, long units, long memoryCarried, long to) {
    for (long i = 0; i < units; i += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(i, units);
      long at = i * BYTES;
      Vector<Number> dh = load(gradient + at, some);
      Vector<Number> t = load(tanh + at, some);
      Vector<Number> o = load(open + at, some);
      store(dh.mul(t).mul(slope(o)), to + at, some);
      Vector<Number> dc = load(memoryCarried + at, some);
      store(dc.add(dh.mul(o).mul(tanhSlope(t))), memoryCarried + at, some);
    }
  }

  @Override
  public void memoryGradient(
      long kept, long memoryBefore, long units, long memoryCarried, long to) {
    long gate = units * BYTES;
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
