package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Support functions and constants of generated loops, besides the Vector API. */
final class VectorSupport {
  /** All memory, so that offsets are addresses; the operands of a loop are checked before. */
  @SuppressWarnings("restricted")
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /**
   * A mask of the bits of addresses. With it HotSpot knows that an address lies within {@link
   * #ALL}, and emits no code for the other case.
   */
  static final long ADDRESS = (1L << 57) - 1;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final VectorSpecies<Float> FLOAT32 = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Double> FLOAT64 = DoubleVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INT32 = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Long> INT64 = LongVector.SPECIES_PREFERRED;

  /** Shuffles, for sums, that move lanes forward by a number of lanes, at most half a vector. */
  static final VectorShuffle<Float> FLOAT32_BY_8 = by(FLOAT32, 8);

  static final VectorShuffle<Float> FLOAT32_BY_4 = by(FLOAT32, 4);
  static final VectorShuffle<Float> FLOAT32_BY_2 = by(FLOAT32, 2);
  static final VectorShuffle<Float> FLOAT32_BY_1 = by(FLOAT32, 1);
  static final VectorShuffle<Integer> INT32_BY_8 = by(INT32, 8);
  static final VectorShuffle<Integer> INT32_BY_4 = by(INT32, 4);
  static final VectorShuffle<Integer> INT32_BY_2 = by(INT32, 2);
  static final VectorShuffle<Integer> INT32_BY_1 = by(INT32, 1);
  static final VectorShuffle<Double> FLOAT64_BY_4 = by(FLOAT64, 4);
  static final VectorShuffle<Double> FLOAT64_BY_2 = by(FLOAT64, 2);
  static final VectorShuffle<Double> FLOAT64_BY_1 = by(FLOAT64, 1);
  static final VectorShuffle<Long> INT64_BY_4 = by(INT64, 4);
  static final VectorShuffle<Long> INT64_BY_2 = by(INT64, 2);
  static final VectorShuffle<Long> INT64_BY_1 = by(INT64, 1);

  /** Masks of the first lane, which holds the result of a reduction. */
  static final VectorMask<Float> FLOAT32_FIRST = FLOAT32.indexInRange(0, 1);

  static final VectorMask<Integer> INT32_FIRST = INT32.indexInRange(0, 1);
  static final VectorMask<Double> FLOAT64_FIRST = FLOAT64.indexInRange(0, 1);
  static final VectorMask<Long> INT64_FIRST = INT64.indexInRange(0, 1);

  /** A mask of the lanes that the second of two float64 vectors becomes. */
  static final VectorMask<Float> FLOAT32_SECOND_HALF =
      FLOAT32.indexInRange(0, FLOAT32.length() / 2).not();

  /** Whether the processor has masked loads; others load all lanes and drop the excess. */
  private static final boolean LOADS_SOME = FLOAT32.vectorBitSize() > 128;

  private static final long LOWEST_BITS = 0x0101010101010101L;

  private VectorSupport() {}

  private static <E> VectorShuffle<E> by(VectorSpecies<E> species, int lanes) {
    return VectorShuffle.iota(species, lanes, 1, true);
  }

  static VectorSpecies<?> species(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> FLOAT32;
      case FLOAT64 -> FLOAT64;
      case INT32 -> INT32;
      case INT64 -> INT64;
      default -> throw new IllegalStateException("lanes: none for " + dtype);
    };
  }

  /** Returns a segment in which a masked load reads the lanes of the mask and nothing past them. */
  static MemorySegment upTo(long address, VectorMask<?> some) {
    return LOADS_SOME
        ? ALL
        : ALL.asSlice(0, address + some.trueCount() * some.vectorSpecies().elementSize() / 8);
  }

  static FloatVector floats(long address) {
    return FloatVector.broadcast(FLOAT32, ALL.get(ValueLayout.JAVA_FLOAT, address));
  }

  static DoubleVector doubles(long address) {
    return DoubleVector.broadcast(FLOAT64, ALL.get(ValueLayout.JAVA_DOUBLE, address));
  }

  static IntVector ints(long address) {
    return IntVector.broadcast(INT32, ALL.get(ValueLayout.JAVA_INT, address));
  }

  static LongVector longs(long address) {
    return LongVector.broadcast(INT64, ALL.get(ValueLayout.JAVA_LONG, address));
  }

  /** Returns one bool, repeated in all lanes. */
  static VectorMask<?> bool(VectorSpecies<?> species, long address) {
    return species.maskAll(ALL.get(ValueLayout.JAVA_BYTE, address) != 0);
  }

  /** Returns a bool for each lane, of which there are 1 to 64. */
  static VectorMask<?> bools(VectorSpecies<?> species, long address) {
    int lanes = species.length();
    if (lanes < 8) {
      return someBools(species, address, lanes);
    }
    long bits = 0;
    for (int i = 0; i < lanes; i += 8) {
      long bytes = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address + i);
      bits |= Long.compress(bytes, LOWEST_BITS) << i;
    }
    return VectorMask.fromLong(species, bits);
  }

  /** Returns the first bools, and false in the other lanes. */
  static VectorMask<?> someBools(VectorSpecies<?> species, long address, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= (ALL.get(ValueLayout.JAVA_BYTE, address + i) & 1L) << i;
    }
    return VectorMask.fromLong(species, bits);
  }

  static void storeBools(VectorMask<?> mask, long address) {
    int lanes = mask.length();
    if (lanes < 8) {
      storeSomeBools(mask, address, lanes);
      return;
    }
    long bits = mask.toLong();
    for (int i = 0; i < lanes; i += 8) {
      ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address + i, Long.expand(bits >>> i, LOWEST_BITS));
    }
  }

  static void storeSomeBools(VectorMask<?> mask, long address, int count) {
    long bits = mask.toLong();
    for (int i = 0; i < count; i++) {
      ALL.set(ValueLayout.JAVA_BYTE, address + i, (byte) (bits >>> i & 1));
    }
  }

  /** Returns one of two bools for each lane. */
  static <E> VectorMask<E> select(VectorMask<E> condition, VectorMask<E> yes, VectorMask<E> no) {
    return condition.and(yes).or(no.andNot(condition));
  }

  /**
   * Returns the sum of all lanes, always in the same order.
   *
   * <p>Vectors have at least 64 bits: two lanes of float32, one of float64.
   */
  static float sum(FloatVector x) {
    FloatVector sum = x;
    if (FLOAT32.length() > 8) {
      sum = sum.add(sum.rearrange(FLOAT32_BY_8));
    }
    if (FLOAT32.length() > 4) {
      sum = sum.add(sum.rearrange(FLOAT32_BY_4));
    }
    if (FLOAT32.length() > 2) {
      sum = sum.add(sum.rearrange(FLOAT32_BY_2));
    }
    return sum.add(sum.rearrange(FLOAT32_BY_1)).lane(0);
  }

  static double sum(DoubleVector x) {
    DoubleVector sum = x;
    if (FLOAT64.length() > 4) {
      sum = sum.add(sum.rearrange(FLOAT64_BY_4));
    }
    if (FLOAT64.length() > 2) {
      sum = sum.add(sum.rearrange(FLOAT64_BY_2));
    }
    if (FLOAT64.length() > 1) {
      sum = sum.add(sum.rearrange(FLOAT64_BY_1));
    }
    return sum.lane(0);
  }
}
