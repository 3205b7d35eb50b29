package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of all sizes, by vectors, against the definition; and what lies around the output. */
class LogitsTest {
  private static final Kernels KERNELS = new CpuKernels();

  /** Of what a result is computed from, at least of 1, for which powers stand. */
  private static final double ULPS = 8;

  /** Where one lane adds up all numbers of a row, one after the other. */
  private static final double ULPS_OF_ONE_LANE = 16;

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void rowsOfAllSizes(DType dtype) {
    Random random = new Random(1);
    for (int classes = 1; classes <= 70; classes++) {
      for (int rows : new int[] {1, 3, 700}) {
        check(dtype, rows, classes, random.doubles((long) rows * classes, -20, 20).toArray());
      }
    }
    check(dtype, 3, 30_000, random.doubles(90_000, -20, 20).toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 40})
  void specialNumbers(int classes) {
    double[] special = {
      Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1e30, -1e30, -200, 0
    };
    Random random = new Random(classes);
    for (int i = 0; i < 300; i++) {
      double[] x = new double[2 * classes];
      Arrays.setAll(x, _ -> random.nextInt(4) > 0 ? 1 : special[random.nextInt(special.length)]);
      check(DType.FLOAT32, 2, classes, x);
      check(DType.FLOAT64, 2, classes, x);
    }
  }

  private static void check(DType dtype, int rows, int classes, double[] values) {
    Guarded x = Guarded.of(dtype, values, rows, classes);
    long[] labels = new Random(classes).longs(rows, 0, classes).toArray();
    Guarded upstream =
        Guarded.of(dtype, DoubleStream.iterate(0.5, g -> g + 0.25).limit(rows).toArray(), rows);
    Guarded p = Guarded.of(dtype, Shape.of(rows, classes));
    Guarded logs = Guarded.of(dtype, Shape.of(rows, classes));
    Guarded losses = Guarded.of(dtype, Shape.of(rows));
    Guarded gradient = Guarded.of(dtype, Shape.of(rows, classes));
    KERNELS.softmax().softmax(x.tensor(), false, p.tensor());
    KERNELS.softmax().softmax(x.tensor(), true, logs.tensor());
    KERNELS.softmax().crossEntropy(labels, x.tensor(), losses.tensor());
    KERNELS
        .softmax()
        .crossEntropyGradient(labels, x.tensor(), upstream.tensor(), gradient.tensor());
    double[] in = x.values();
    double[] factors = upstream.values();
    double[] ps = p.values();
    double[] ls = logs.values();
    double[] gradients = gradient.values();
    double[] lost = losses.values();
    for (int i = 0; i < rows; i++) {
      double[] row = Arrays.copyOfRange(in, i * classes, (i + 1) * classes);
      double largest = Arrays.stream(row).max().orElseThrow();
      double sum = Arrays.stream(row).map(v -> Math.exp(v - largest)).sum();
      double g = factors[i];
      for (int j = 0; j < classes; j++) {
        int at = i * classes + j;
        double expected = Math.exp(row[j] - largest) / sum;
        double log = row[j] - largest - Math.log(sum);
        int target = j == labels[i] ? 1 : 0;
        near(dtype, expected, ps[at], 1);
        near(dtype, log, ls[at], log);
        near(dtype, (expected - target) * g, gradients[at], g);
        if (target == 1) {
          near(dtype, -log, lost[i], log);
        }
      }
    }
    for (Guarded output : new Guarded[] {p, logs, losses, gradient}) {
      output.check();
    }
  }

  private static void near(DType dtype, double expected, double actual, double size) {
    double least = Math.max(Math.abs(size), 1);
    double ulp = dtype == DType.FLOAT32 ? Math.ulp((float) least) : Math.ulp(least);
    if (Double.isFinite(expected)) {
      boolean one = VectorSupport.species(dtype).length() == 1;
      assertEquals(expected, actual, (one ? ULPS_OF_ONE_LANE : ULPS) * ulp);
    } else {
      assertEquals(expected, actual);
    }
  }
}
