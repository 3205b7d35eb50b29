package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** A loop that adds rows to those at given places, one after the other. */
final class ScatterLoops implements ScatterRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  ScatterLoops() {}

  @Override
  public void add(Sources from, long to, long[] places, long columns, Share share) {
    for (int i = 0; i < places.length; i++) {
      if (share.has(places[i])) {
        row(from.address(i), to + places[i] * BYTES, columns);
      }
    }
  }

  private static void row(long from, long to, long columns) {
    long whole = columns - columns % LANES;
    for (long c = 0; c < whole; c += LANES) {
      Vector<Number> sum = TypeSpecializer.load(SPECIES, to + c * BYTES);
      TypeSpecializer.store(
          sum.add(TypeSpecializer.load(SPECIES, from + c * BYTES)), to + c * BYTES);
    }
    if (whole < columns) {
      VectorMask<Number> some = SPECIES.indexInRange(whole, columns);
      Vector<Number> sum = TypeSpecializer.load(SPECIES, to + whole * BYTES, some);
      TypeSpecializer.store(
          sum.add(TypeSpecializer.load(SPECIES, from + whole * BYTES, some)),
          to + whole * BYTES,
          some);
    }
  }
}
