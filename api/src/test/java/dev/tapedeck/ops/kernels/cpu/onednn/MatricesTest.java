package dev.tapedeck.ops.kernels.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.cpu.CpuKernels;
import dev.tapedeck.ops.kernels.cpu.Guarded;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Products of matrices of many sizes and strides, whole and divided, against sums in float64. */
class MatricesTest {
  private static final Kernels KERNELS = new CpuKernels();

  @BeforeEach
  void needsTheLibrary() {
    assumeTrue(OneDnn.isAvailable());
  }

  private record Product(Shape batch, int m, int k, int n) {
    static Product random(Random random) {
      long[] batch =
          IntStream.range(0, random.nextInt(3)).mapToLong(_ -> 1 + random.nextInt(3)).toArray();
      int[] sizes = IntStream.range(0, 3).map(_ -> 1 + random.nextInt(40)).toArray();
      return new Product(Shape.of(batch), sizes[0], sizes[1], sizes[2]);
    }

    private long[] sizes(long rows, long columns) {
      long[] sizes = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
      sizes[batch.rank()] = rows;
      sizes[batch.rank() + 1] = columns;
      return sizes;
    }

    /** Returns a matrix, or one that is repeated for the whole batch. */
    private Guarded matrix(Random random, boolean repeated, long rows, long columns) {
      if (!repeated) {
        return Guarded.strided(random, sizes(rows, columns));
      }
      Guarded one = Guarded.strided(random, rows, columns);
      return new Guarded(one.storage(), one.tensor().broadcastTo(Shape.of(sizes(rows, columns))));
    }

    void check(Random random) {
      boolean transposeA = random.nextBoolean();
      boolean transposeB = random.nextBoolean();
      int repeated = random.nextInt(4);
      Guarded a = matrix(random, repeated == 0, transposeA ? k : m, transposeA ? m : k);
      Guarded b = matrix(random, repeated == 1, transposeB ? n : k, transposeB ? k : n);
      Guarded output = Guarded.of(DType.FLOAT32, Shape.of(sizes(m, n)));
      String what =
          this + (transposeA ? " a' " : " a ") + (transposeB ? "b' " : "b ") + Guarded.name(a, b);
      assertTrue(
          OneDnn.matmul(1, a.tensor(), transposeA, b.tensor(), transposeB, output.tensor()), what);
      Guarded divided = Guarded.of(DType.FLOAT32, Shape.of(sizes(m, n)));
      KERNELS.matrices().matmul(a.tensor(), transposeA, b.tensor(), transposeB, divided.tensor());
      double[] x = a.values();
      double[] y = b.values();
      double[] expected = new double[(int) output.tensor().shape().count()];
      double[] magnitudes = new double[expected.length];
      for (int i = 0; i < expected.length; i++) {
        int column = i % n;
        int row = i / n % m;
        int one = i / n / m;
        for (int j = 0; j < k; j++) {
          double term =
              x[one * m * k + (transposeA ? j * m + row : row * k + j)]
                  * y[one * k * n + (transposeB ? column * k + j : j * n + column)];
          expected[i] += term;
          magnitudes[i] += Math.abs(term);
        }
      }
      output.assertNear(expected, magnitudes, k, what);
      divided.assertNear(expected, magnitudes, k, "divided " + what);
    }
  }

  @Test
  void productsOfRandomSizesAndStrides() {
    Random random = new Random(1);
    for (int i = 0; i < 1500; i++) {
      Product.random(random).check(random);
    }
  }

  @Test
  void largeProductsOnAllThreads() {
    Random random = new Random(2);
    new Product(Shape.of(), 257, 131, 93).check(random);
    new Product(Shape.of(3), 128, 784, 65).check(random);
    new Product(Shape.of(40, 2), 33, 17, 70).check(random);
  }

  @Test
  void threadsDoNotDisturbEachOther() throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        Random random = new Random(seed);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    // Few shapes, so that threads meet at them.
                    new Product(Shape.of(), 8 + i % 3, 9, 64).check(random);
                    new Product(Shape.of(), 100, 60 + i % 2, 64).check(random);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  /** One of several callers is helped; the others do all parts themselves. */
  @Test
  void bitsAreTheSameWhoeverIsFree() throws InterruptedException, ExecutionException {
    Random random = new Random(4);
    EagerTensor a = Guarded.of(DType.FLOAT32, Shape.of(40, 300)).filled(random).tensor();
    EagerTensor b = Guarded.of(DType.FLOAT32, Shape.of(300, 64)).filled(random).tensor();
    float[] expected = product(a, b);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        all.add(threads.submit(() -> product(a, b)));
      }
      for (Future<float[]> one : all) {
        assertArrayEquals(expected, one.get());
      }
    }
  }

  private static float[] product(EagerTensor a, EagerTensor b) {
    Shape shape = Shape.of(a.shape().size(0), b.shape().size(1));
    EagerTensor product = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, shape));
    KERNELS.matrices().matmul(a, false, b, false, product);
    return product.toFloatArray();
  }

  @Test
  void plansAreKeptWithinTheBound() {
    Random random = new Random(3);
    for (int size = 1; size <= Workspace.MOST_PLANS + 40; size++) {
      new Product(Shape.of(), 2, size, 3).check(random);
    }
    assertEquals(Workspace.MOST_PLANS, Workspace.ofThread().size());
    new Product(Shape.of(), 2, 1, 3).check(random);
  }

  @Test
  void otherTypesAndEmptyMatricesAreLeftToOthers() {
    EagerTensor doubles = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, Shape.of(2, 2)));
    assertFalse(OneDnn.matmul(1, doubles, false, doubles, false, doubles));
    EagerTensor none = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(2, 0)));
    EagerTensor output = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(2, 2)));
    assertFalse(OneDnn.matmul(1, none, false, none, true, output));
  }
}
