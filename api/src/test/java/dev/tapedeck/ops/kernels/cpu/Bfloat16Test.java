package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of bfloat16: sums in float32 of exact products, which are rounded once. */
class Bfloat16Test {
  /** A unit in the last place of numbers next to the largest. */
  private static final double TOLERANCE = 1 / 128.0;

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  private static void agree(BinaryOperator<Tensor> function, Tensor x, Tensor y) {
    List<Tensor> narrow = values(function, x.cast(DType.BFLOAT16), y.cast(DType.BFLOAT16));
    List<Tensor> wide =
        values(
            function,
            x.cast(DType.BFLOAT16).cast(DType.FLOAT32),
            y.cast(DType.BFLOAT16).cast(DType.FLOAT32));
    for (int i = 0; i < wide.size(); i++) {
      Tensor difference = narrow.get(i).cast(DType.FLOAT32).sub(wide.get(i));
      double largest = Maths.abs(wide.get(i)).max().item();
      double error = Maths.abs(difference).max().item();
      assertTrue(error <= TOLERANCE * largest, error + " of " + largest + " in " + i);
      assertTrue(narrow.get(i).dtype() == DType.BFLOAT16);
    }
  }

  /** Returns the value and both gradients. */
  private static List<Tensor> values(BinaryOperator<Tensor> function, Tensor x, Tensor y) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      tape.watch(y);
      Tensor z = function.apply(x, y);
      List<Tensor> all = new ArrayList<>(List.of(z));
      all.addAll(tape.gradient(z, List.of(x, y)));
      return all;
    }
  }

  /** The larger of a number and itself is widened and rounded. */
  @Test
  void everyNumberKeepsItsBits() {
    for (DType type : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      EagerTensor all = EagerTensor.allocate(new TensorSpec(type, Shape.of(1 << 16)));
      for (int i = 0; i < 1 << 16; i++) {
        all.elements().setAtIndex(Elements.SHORT, i, (short) i);
      }
      EagerTensor same = (EagerTensor) Maths.maximum(all, all);
      for (int i = 0; i < 1 << 16; i++) {
        double expected = Elements.getDouble(type, all.elements(), i);
        assertEquals(expected, Elements.getDouble(type, same.elements(), i), type + " " + i);
        assertEquals(1 / expected, 1 / Elements.getDouble(type, same.elements(), i));
      }
    }
  }

  @Test
  void roundsAsCastsDo() {
    Tensor wide = Randoms.normal(10_000).mul(Maths.exp(Randoms.normal(10_000).mul(9)));
    for (DType type : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      Tensor narrow = wide.cast(type);
      Tensor half = Maths.mul(narrow, Tensor.full(type, 0.7));
      double factor = Tensor.full(type, 0.7).item();
      Tensor expected = narrow.cast(DType.FLOAT32).mul(factor).cast(type);
      assertArrayEquals(
          expected.cast(DType.FLOAT32).toFloatArray(), half.cast(DType.FLOAT32).toFloatArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 7", "64, 784, 128", "1, 300, 10", "200, 33, 1"})
  void matrices(int m, int k, int n) {
    agree(Tensor::matmul, Randoms.normal(m, k), Randoms.normal(k, n));
    agree((x, y) -> Linalg.matmul(x, y, true, true), Randoms.normal(k, m), Randoms.normal(n, k));
    agree(Tensor::matmul, Randoms.normal(2, 3, m, k), Randoms.normal(2, 3, k, n));
  }

  @ParameterizedTest
  @CsvSource({"1, 9, 3, 8, 3, 1", "2, 12, 16, 32, 3, 2", "2, 7, 1, 4, 1, 1", "1, 8, 5, 5, 5, 1"})
  void convolutions(int n, int size, int channels, int filters, int window, int stride) {
    agree(
        (x, k) -> Convolution.conv2d(x, k, stride, Padding.SAME),
        Randoms.normal(n, size, size, channels),
        Randoms.normal(window, window, channels, filters));
  }
}
