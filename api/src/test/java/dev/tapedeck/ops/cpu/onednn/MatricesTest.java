package dev.tapedeck.ops.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/** Products of matrices of many sizes and strides against sums in float64. */
class MatricesTest {
  @BeforeEach
  void needsTheLibrary() {
    assumeTrue(OneDnn.isAvailable());
  }

  /** One product, with all that can be asked for. */
  private record Product(Shape batch, int m, int k, int n, boolean bias, boolean relu) {
    static Product random(Random random) {
      long[] batch =
          IntStream.range(0, random.nextInt(3)).mapToLong(_ -> 1 + random.nextInt(3)).toArray();
      int[] sizes = IntStream.range(0, 3).map(_ -> 1 + random.nextInt(40)).toArray();
      boolean bias = random.nextBoolean();
      return new Product(
          Shape.of(batch), sizes[0], sizes[1], sizes[2], bias, bias && random.nextBoolean());
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
      return new Guarded(one.storage(), one.tensor().stretchedTo(Shape.of(sizes(rows, columns))));
    }

    void check(Random random) {
      boolean transposeA = random.nextBoolean();
      boolean transposeB = random.nextBoolean();
      int repeated = random.nextInt(4);
      Guarded a = matrix(random, repeated == 0, transposeA ? k : m, transposeA ? m : k);
      Guarded b = matrix(random, repeated == 1, transposeB ? n : k, transposeB ? k : n);
      Guarded added = Guarded.contiguous(random, n).filled(random);
      Guarded output = Guarded.contiguous(random, sizes(m, n));
      String what =
          this + (transposeA ? " a' " : " a ") + (transposeB ? "b' " : "b ") + Guarded.name(a, b);
      boolean served =
          bias
              ? OneDnn.matmul(
                  a.tensor(),
                  transposeA,
                  b.tensor(),
                  transposeB,
                  added.tensor(),
                  relu,
                  output.tensor())
              : OneDnn.matmul(a.tensor(), transposeA, b.tensor(), transposeB, output.tensor());
      assertTrue(served, what);
      double[] x = a.tensor().toDoubleArray();
      double[] y = b.tensor().toDoubleArray();
      double[] z = added.tensor().toDoubleArray();
      double[] expected = new double[(int) output.tensor().shape().count()];
      double[] magnitudes = new double[expected.length];
      for (int i = 0; i < expected.length; i++) {
        int column = i % n;
        int row = i / n % m;
        int one = i / n / m;
        if (bias) {
          expected[i] = z[column];
          magnitudes[i] = Math.abs(z[column]);
        }
        for (int j = 0; j < k; j++) {
          double term =
              x[one * m * k + (transposeA ? j * m + row : row * k + j)]
                  * y[one * k * n + (transposeB ? column * k + j : j * n + column)];
          expected[i] += term;
          magnitudes[i] += Math.abs(term);
        }
        expected[i] = relu ? Math.max(expected[i], 0) : expected[i];
      }
      output.assertNear(expected, magnitudes, k, what);
      output.assertNothingElseWritten(what);
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
    new Product(Shape.of(), 257, 131, 93, true, true).check(random);
    new Product(Shape.of(3), 128, 784, 65, false, false).check(random);
    new Product(Shape.of(40, 2), 33, 17, 70, false, false).check(random);
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
                    new Product(Shape.of(), 8 + i % 3, 9, 64, true, true).check(random);
                    new Product(Shape.of(), 100, 60 + i % 2, 64, false, false).check(random);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  @Test
  void plansAreKeptWithinTheBound() {
    Random random = new Random(3);
    for (int size = 1; size <= Workspace.MOST_PLANS + 40; size++) {
      new Product(Shape.of(), 2, size, 3, false, false).check(random);
    }
    assertEquals(Workspace.MOST_PLANS, Workspace.ofThread().size());
    new Product(Shape.of(), 2, 1, 3, false, false).check(random);
  }

  @Test
  void otherTypesAndEmptyMatricesAreLeftToOthers() {
    EagerTensor doubles = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, Shape.of(2, 2)));
    assertFalse(OneDnn.matmul(doubles, false, doubles, false, doubles));
    EagerTensor none = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(2, 0)));
    EagerTensor output = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(2, 2)));
    assertFalse(OneDnn.matmul(none, false, none, true, output));
  }
}
