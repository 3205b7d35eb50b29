package dev.tapedeck.ops.neural;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions made directly, as a file makes them, refuse attributes that do not fit. */
final class ConvTest {
  @Test
  void aKernelOfAnotherSizeThanItsWindowIsRefused() {
    Tensor images = Tensor.ones(DType.FLOAT32, 1, 4, 4, 1);
    Tensor kernel = Tensor.ones(DType.FLOAT32, 2, 2, 1, 1);
    List.of(Window.of(3, 3), Window.of(2), Window.of(2, 2, 2))
        .forEach(
            window ->
                assertThrows(
                    IllegalArgumentException.class,
                    () -> new Conv("conv2d", window, 1).applyTo(images, kernel)));
    assertThrows(IllegalArgumentException.class, () -> new Conv("conv2d", Window.of(2, 2), 0));
  }

  private static List<Tensor> results(Tensor x, Tensor kernel, Tensor padded) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x, kernel);
      Tensor used = padded == null ? kernel : padded.mul(kernel);
      Tensor y = Convolution.conv2d(x, used, 1, Window.Padding.SAME);
      List<Tensor> gradients = tape.gradient(y.mul(y).sum(), List.of(x, kernel));
      return List.of(y, gradients.get(0), gradients.get(1));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 5, 6, 3, 4", "3, 1, 1, 70, 2", "40, 9, 9, 33, 17"})
  void aKernelOfOnePixelIsTheCentreOfALargerOne(int n, int h, int w, int c, int k) {
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, n, h, w, c);
    Tensor kernel = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, 1, 1, c, k);
    float[] centre = new float[9];
    centre[4] = 1;
    Tensor padded = Tensor.of(centre, 3, 3, 1, 1);
    List<Tensor> expected = results(x, kernel, padded);
    List<Tensor> actual = results(x, kernel, null);
    for (int i = 0; i < 3; i++) {
      double most = Reductions.max(expected.get(i).abs()).item();
      assertArrayEquals(
          expected.get(i).toDoubleArray(), actual.get(i).toDoubleArray(), 1e-5 * most, "" + i);
    }
  }
}
