package dev.tapedeck.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.nn.OrthogonalRegularizer.Mode;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients, defaults and refusals; {@link NnGoldenTest} compares values with Keras's. */
class RegularizersTest {
  static Stream<Regularizer> regularizers() {
    return Stream.of(
        Regularizers.l1(0.5),
        Regularizers.l2(0.5),
        Regularizers.l1l2(0.5, 0.25),
        Regularizers.orthogonal(0.5, Mode.ROWS),
        Regularizers.orthogonal(0.5, Mode.COLUMNS));
  }

  @ParameterizedTest
  @MethodSource("regularizers")
  void gradientsAreThoseOfDifferences(Regularizer regularizer) {
    Tensor weights = Tensor.of(new double[][] {{0.5, -1.5, 0.75}, {-0.25, 1, 0.125}});
    TensorFunction penalty = x -> regularizer.of(x[0]);
    GradientChecker.check(penalty, weights);
    GradientChecker.check(GradientChecker.gradient(penalty), weights);
  }

  @Test
  void defaultsAreKeras() {
    assertEquals(new L1(0.01), Regularizers.l1());
    assertEquals(new L2(0.01), Regularizers.l2());
    assertEquals(new OrthogonalRegularizer(0.01, Mode.ROWS), Regularizers.orthogonal());
    assertEquals("L1L2[l1=0.5, l2=0.25]", Regularizers.l1l2(0.5, 0.25).toString());
  }

  @Test
  void aFactorOf0LeavesItsTermOut() {
    Tensor infinite = Tensor.of(new float[] {Float.POSITIVE_INFINITY});
    assertEquals(0, Regularizers.l1l2(0, 0).of(infinite).item());
  }

  @Test
  void oneVectorIsOrthogonalToNone() {
    Tensor row = Tensor.of(new float[][] {{3, 4}});
    assertEquals(0, Regularizers.orthogonal().of(row).item());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void factorsAreFiniteAndNotNegative(double factor) {
    for (DoubleFunction<Regularizer> maker :
        List.<DoubleFunction<Regularizer>>of(
            L1::new,
            L2::new,
            l1 -> new L1L2(l1, 0),
            l2 -> new L1L2(0, l2),
            f -> new OrthogonalRegularizer(f, Mode.ROWS))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> maker.apply(factor)).getMessage();
      String rest = " must be finite, and 0 or more, received " + factor + "; give 0 or more";
      assertEquals(rest, message.substring(message.indexOf(" must")));
    }
  }

  @Test
  void orthogonalityIsThatOfMatrices() {
    Tensor cube = Tensor.zeros(DType.FLOAT32, 2, 3, 4);
    assertEquals(
        "OrthogonalRegularizer: needs weights of rank 2, received (2, 3, 4); reshape them to a"
            + " matrix",
        assertThrows(IllegalArgumentException.class, () -> Regularizers.orthogonal().of(cube))
            .getMessage());
  }
}
