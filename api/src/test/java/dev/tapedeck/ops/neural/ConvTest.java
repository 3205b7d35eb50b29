package dev.tapedeck.ops.neural;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
