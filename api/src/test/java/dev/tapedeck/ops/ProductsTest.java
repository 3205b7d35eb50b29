package dev.tapedeck.ops;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of products of which some factors are 0, where nothing can be divided by them. */
final class ProductsTest {
  private static final List<TensorFunction> PRODUCTS =
      List.of(
          x -> Reductions.prod(x[0]),
          x -> Reductions.prod(x[0], 0),
          x -> Cumulative.cumprod(x[0], 1),
          x -> Cumulative.cumprod(x[0], 1, true, false),
          x -> Cumulative.cumprod(x[0], 0, false, true),
          x -> Cumulative.cumprod(x[0], 1, true, true));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 12})
  void gradientsOfTwoOrdersAreRightAtZeros(int zeros) {
    double[][] values = {{1, 2, -3, 0.5}, {1.5, -1, 2, -0.5}, {1, -2, 1, 3}};
    for (int i = 0; i < zeros; i++) {
      values[i * 5 % 12 % 3][i * 5 % 12 / 3] = 0;
    }
    for (TensorFunction product : PRODUCTS) {
      GradientChecker.check(product, Tensor.of(values));
      GradientChecker.check(GradientChecker.gradient(product), Tensor.of(values));
    }
  }
}
