package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.util.Map;

/** A loop that adds rows to those at given places, in order. */
@FunctionalInterface
interface ScatterRows {
  /** The number of elements of the shortest rows for which vectors pay. */
  int VECTORS = 16;

  /** The loops over vectors, made on first use. */
  final class Vectors {
    private static final Map<DType, ScatterRows> BY_TYPE =
        Map.of(
            DType.FLOAT32,
                TypeSpecializer.copy(ScatterLoops.class, ScatterRows.class, DType.FLOAT32),
            DType.FLOAT64,
                TypeSpecializer.copy(ScatterLoops.class, ScatterRows.class, DType.FLOAT64));

    private Vectors() {}
  }

  /**
   * The rows of a thread: those whose place, without its lowest bits, has given bits. Neighbouring
   * rows, of which the first may occur most, so belong to different threads.
   */
  record Share(int shift, long mask, long bits) {
    static final Share ALL = new Share(0, 0, 0);

    boolean has(long place) {
      return place >= 0 && (place >>> shift & mask) == bits;
    }
  }

  /**
   * Adds rows, but for those whose place is negative.
   *
   * @param from the addresses of the rows
   * @param to the address of what places count elements from
   * @param columns the number of elements of each row
   */
  void add(Sources from, long to, long[] places, long columns, Share share);

  /**
   * The addresses of rows, each of which is added several times.
   *
   * @param address that of the first row
   * @param apart bytes between two rows
   * @param copies how often a row is added
   * @param first the number of rows and copies before
   */
  record Sources(long address, long apart, long copies, long first) {
    long address(long number) {
      return address + (first + number) / copies * apart;
    }
  }

  /** Returns loops for an element type. */
  static ScatterRows of(DType dtype, long size) {
    boolean floating = dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
    return floating && size >= VECTORS ? Vectors.BY_TYPE.get(dtype) : elements(dtype);
  }

  private static ScatterRows elements(DType dtype) {
    long bytes = dtype.bytes();
    return (from, to, places, columns, share) -> {
      for (int i = 0; i < places.length; i++) {
        if (share.has(places[i])) {
          Elements.add(
              dtype,
              VectorSupport.ALL,
              from.address(i) / bytes,
              VectorSupport.ALL,
              to / bytes + places[i],
              columns);
        }
      }
    };
  }
}
