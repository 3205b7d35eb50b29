package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.nd4j.Nd4jKernels;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of int8, whose sums in int32 are exact by both providers. */
class Int8Test {
  private static final Kernels CPU = new CpuKernels();
  private static final Kernels ND4J = new Nd4jKernels();

  /**
   * Rows, terms and columns: about one register, a tile of AMX, and what float32 or a pair of int16
   * can sum up.
   */
  private static final int[][] SIZES = {
    {1, 1, 1},
    {3, 5, 7},
    {1, 784, 10},
    {33, 65, 100},
    {64, 200, 64},
    {2, 1025, 9},
    {16, 4096, 64},
    {33, 4097, 65},
    {1, 5000, 40},
    {2, 131_071, 2},
    {70, 0, 3}
  };

  private static final int[] ALL = {-128, 127};

  /** The least and the largest of random operands: all, and those of the largest sums. */
  private static final int[][][] RANGES = {
    {ALL, ALL}, {{126, 127}, {126, 127}}, {{126, 127}, {-128, -127}}, {{-128, -128}, {-128, -127}}
  };

  /** Tries all sizes and ranges; in a process of its own for other processors. */
  public static void main(String[] arguments) {
    Random random = new Random(1);
    for (int[] size : SIZES) {
      for (int[][] ranges : RANGES) {
        check(random, size, ranges[0], ranges[1]);
      }
    }
    System.out.println("exact");
  }

  @Test
  void sumsAreExact() {
    main(new String[0]);
  }

  /** Older processors add pairs of products in 16 bits, or round large sums to float32. */
  @ParameterizedTest
  @ValueSource(strings = {"AVX2", "AVX512_CORE_VNNI"})
  void sumsAreExactOnOtherProcessors(String instructions) throws IOException, InterruptedException {
    ProcessBuilder builder = Jvm.of(List.of(Jvm.VECTORS, "-Xmx1g"), Int8Test.class);
    builder.environment().put("ONEDNN_MAX_CPU_ISA", instructions);
    Jvm.Result result = Jvm.run(builder);
    assertTrue(result.output().contains("exact"), result.output());
  }

  private static void check(Random random, int[] size, int[] left, int[] right) {
    boolean transposeA = random.nextBoolean();
    boolean transposeB = random.nextBoolean();
    EagerTensor a = matrix(random, left, size[0], size[1], transposeA);
    EagerTensor b = matrix(random, right, size[1], size[2], transposeB);
    int[] expected = product(a, transposeA, b, transposeB);
    for (Kernels kernels : List.of(CPU, ND4J)) {
      EagerTensor sums =
          EagerTensor.allocate(new TensorSpec(DType.INT32, Shape.of(size[0], size[2])));
      if (size[1] > 0) {
        kernels.matrices().matmul(a, transposeA, b, transposeB, sums);
        assertArrayEquals(expected, sums.toIntArray(), kernels.name() + Arrays.toString(size));
      }
    }
    assertArrayEquals(
        expected, Linalg.matmul(a, b, transposeA, transposeB).toIntArray(), Arrays.toString(size));
  }

  private static EagerTensor matrix(
      Random random, int[] range, int rows, int columns, boolean transposed) {
    Shape shape = transposed ? Shape.of(columns, rows) : Shape.of(rows, columns);
    EagerTensor matrix = EagerTensor.allocate(new TensorSpec(DType.INT8, shape));
    for (long i = 0; i < shape.count(); i++) {
      Elements.setLong(DType.INT8, matrix.elements(), i, random.nextInt(range[0], range[1] + 1));
    }
    return matrix;
  }

  private static int[] product(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB) {
    int[] x = a.toIntArray();
    int[] y = b.toIntArray();
    int k = (int) a.shape().size(transposeA ? 0 : 1);
    int m = (int) a.shape().size(transposeA ? 1 : 0);
    int n = (int) b.shape().size(transposeB ? 0 : 1);
    int[] sums = new int[m * n];
    for (int i = 0; i < m; i++) {
      for (int l = 0; l < k; l++) {
        int factor = x[transposeA ? l * m + i : i * k + l];
        for (int j = 0; j < n; j++) {
          sums[i * n + j] += factor * y[transposeB ? j * k + l : l * n + j];
        }
      }
    }
    return sums;
  }

  @Test
  void batchesAndEquations() {
    Random random = new Random(2);
    EagerTensor a = matrix(random, ALL, 6, 5, false);
    EagerTensor b = matrix(random, ALL, 10, 4, false);
    Tensor x = a.reshape(2, 3, 5);
    Tensor y = b.reshape(2, 5, 4);
    Tensor expected = x.cast(DType.FLOAT64).matmul(y.cast(DType.FLOAT64)).cast(DType.INT32);
    for (Tensor product : List.of(x.matmul(y), Einsum.einsum("abc,acd->abd", x, y))) {
      assertEquals(expected.spec(), product.spec());
      assertArrayEquals(expected.toIntArray(), product.toIntArray());
    }
    Tensor both = Einsum.einsum("abc,cd->dab", x, y.get(0));
    assertArrayEquals(
        Einsum.einsum("abc,cd->dab", x.cast(DType.FLOAT64), y.get(0).cast(DType.FLOAT64))
            .cast(DType.INT32)
            .toIntArray(),
        both.toIntArray());
  }

  @Test
  void whatWouldOverflowIsRefused() {
    Tensor x = Tensor.zeros(DType.INT8, 2, 3);
    for (String equation : List.of("ab,ab->ab", "ab,cb->c", "ab,c->abc")) {
      Tensor y =
          Tensor.zeros(
              DType.INT8, equation.equals("ab,c->abc") ? new long[] {2} : new long[] {2, 3});
      assertThrows(IllegalArgumentException.class, () -> Einsum.einsum(equation, x, y), equation);
    }
    assertThrows(IllegalArgumentException.class, () -> x.matmul(Tensor.zeros(DType.FLOAT32, 3, 2)));
  }
}
