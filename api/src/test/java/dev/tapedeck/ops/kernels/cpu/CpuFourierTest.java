package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Fourier transforms by their definition, of lengths that are smaller than a vector, matrices with
 * and without padding of each factor, and chirps.
 */
class CpuFourierTest {
  private static final int[] LENGTHS = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 25, 30, 32, 64, 65, 97, 100, 128, 131, 240, 243, 256,
    625, 1000, 1024
  };

  private static final int ROWS = 3;

  private final Random random = new Random(1);

  @Test
  void float64() {
    for (int length : LENGTHS) {
      check(DType.FLOAT64, length, 1e-14, false, 1);
      check(DType.FLOAT64, length, 1e-14, true, 1.0 / length);
    }
  }

  @Test
  void float32IsRoundedOnce() {
    for (int length : LENGTHS) {
      check(DType.FLOAT32, length, 0x1p-23, false, 0.3);
    }
  }

  /** One row is infinite, and the others are as without. */
  @Test
  void rowsDoNotMix() {
    EagerTensor[] x = {random(DType.FLOAT32, 40), random(DType.FLOAT32, 40)};
    EagerTensor[] y = {random(DType.FLOAT32, 40), random(DType.FLOAT32, 40)};
    EagerTensor[] z = {random(DType.FLOAT32, 40), random(DType.FLOAT32, 40)};
    new CpuFourier().transform(false, 1, x, y);
    Elements.setDouble(DType.FLOAT32, x[1].memory(), 40, Double.POSITIVE_INFINITY);
    new CpuFourier().transform(false, 1, x, z);
    for (int i = 0; i < 3 * 40; i++) {
      boolean same = i / 40 != 1;
      double expected = same ? at(y[0], i) : Double.NaN;
      assertEquals(expected, Double.isFinite(at(z[0], i)) ? at(z[0], i) : Double.NaN);
    }
  }

  private EagerTensor random(DType type, int length) {
    EagerTensor x = EagerTensor.allocate(new TensorSpec(type, Shape.of(ROWS, length)));
    for (int i = 0; i < ROWS * length; i++) {
      Elements.setDouble(type, x.memory(), i, random.nextDouble() * 2 - 1);
    }
    return x;
  }

  private static double at(EagerTensor x, int i) {
    return Elements.getDouble(x.dtype(), x.memory(), i);
  }

  private void check(DType type, int length, double error, boolean inverse, double scale) {
    EagerTensor[] x = {random(type, length), random(type, length)};
    EagerTensor[] y = {random(type, length), random(type, length)};
    new CpuFourier().transform(inverse, scale, x, y);
    double turn = (inverse ? 2 : -2) * Math.PI / length;
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < length; k++) {
        double re = 0;
        double im = 0;
        for (int t = 0; t < length; t++) {
          double a = at(x[0], row * length + t);
          double b = at(x[1], row * length + t);
          double angle = turn * ((long) t * k % length);
          re += a * Math.cos(angle) - b * Math.sin(angle);
          im += a * Math.sin(angle) + b * Math.cos(angle);
        }
        double bound = error * scale * length;
        String what = type + " of " + length + ", element " + k;
        assertEquals(scale * re, at(y[0], row * length + k), bound, what);
        assertEquals(scale * im, at(y[1], row * length + k), bound, what);
      }
    }
  }
}
