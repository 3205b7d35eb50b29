package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.FourierStages.LANES;
import static dev.tapedeck.ops.kernels.cpu.FourierStages.VECTOR;
import static dev.tapedeck.ops.kernels.cpu.FourierStages.all;
import static dev.tapedeck.ops.kernels.cpu.FourierStages.load;
import static dev.tapedeck.ops.kernels.cpu.FourierStages.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Loops of transforms besides their stages, by addresses. */
final class FourierLoops {
  /** The floats of as many lanes as a vector of doubles; any where that has a single lane. */
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(Math.max(VectorSupport.FLOAT64.vectorBitSize() / 2, 64)));

  private static final boolean CONVERTS = FLOATS.length() == LANES;

  /** The rows that are transposed together: as many doubles as a line of a cache has. */
  static final int ROWS = 8;

  private FourierLoops() {}

  /** Copies numbers as doubles. */
  static void read(long from, boolean narrow, int count, long to) {
    if (!narrow) {
      MemorySegment.copy(VectorSupport.ALL, from, VectorSupport.ALL, to, 8L * count);
      return;
    }
    int i = 0;
    for (; CONVERTS && i + LANES <= count; i += LANES) {
      FloatVector x =
          FloatVector.fromMemorySegment(
              FLOATS,
              VectorSupport.ALL,
              (from + 4L * i) & VectorSupport.ADDRESS,
              VectorSupport.ORDER);
      store(
          (DoubleVector) x.convertShape(VectorOperators.F2D, VectorSupport.FLOAT64, 0),
          to + 8L * i);
    }
    for (; i < count; i++) {
      float x = VectorSupport.ALL.get(ValueLayout.JAVA_FLOAT, from + 4L * i);
      VectorSupport.ALL.set(ValueLayout.JAVA_DOUBLE, to + 8L * i, x);
    }
  }

  /** Copies doubles times a factor, as floats if they are narrow. */
  static void write(long from, double scale, int count, boolean narrow, long to) {
    int i = 0;
    for (; (CONVERTS || !narrow) && i + LANES <= count; i += LANES) {
      DoubleVector x = load(from + 8L * i).mul(all(scale));
      if (narrow) {
        x.convertShape(VectorOperators.D2F, FLOATS, 0)
            .intoMemorySegment(
                VectorSupport.ALL, (to + 4L * i) & VectorSupport.ADDRESS, VectorSupport.ORDER);
      } else {
        store(x, to + 8L * i);
      }
    }
    for (; i < count; i++) {
      double x = VectorSupport.ALL.get(ValueLayout.JAVA_DOUBLE, from + 8L * i) * scale;
      if (narrow) {
        VectorSupport.ALL.set(ValueLayout.JAVA_FLOAT, to + 4L * i, (float) x);
      } else {
        VectorSupport.ALL.set(ValueLayout.JAVA_DOUBLE, to + 8L * i, x);
      }
    }
  }

  /** Multiplies complex numbers, of a size in bytes that is a multiple of a vector's. */
  static void multiply(FourierParts x, FourierParts by, long bytes) {
    int vectors = (int) (bytes / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector re = load(x.real() + q);
      DoubleVector im = load(x.imaginary() + q);
      DoubleVector cos = load(by.real() + q);
      DoubleVector sin = load(by.imaginary() + q);
      store(re.mul(cos).sub(im.mul(sin)), x.real() + q);
      store(re.mul(sin).add(im.mul(cos)), x.imaginary() + q);
    }
  }

  /**
   * Writes some rows of a matrix as columns.
   *
   * @param rows number of rows, at most {@link #ROWS}
   * @param bytes size of a row
   * @param toBytes size of a row of the result
   */
  static void transpose(long from, int rows, int columns, long bytes, long to, long toBytes) {
    for (int j = 0; j < columns; j++) {
      long x = from + 8L * j;
      long y = to + j * toBytes;
      for (int i = 0; i < rows; i++) {
        VectorSupport.ALL.set(
            ValueLayout.JAVA_DOUBLE,
            (y + 8L * i) & VectorSupport.ADDRESS,
            VectorSupport.ALL.get(
                ValueLayout.JAVA_DOUBLE, (x + i * bytes) & VectorSupport.ADDRESS));
      }
    }
  }
}
