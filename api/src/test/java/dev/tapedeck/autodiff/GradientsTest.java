package dev.tapedeck.autodiff;

import static dev.tapedeck.autodiff.Gradients.customGradient;
import static dev.tapedeck.autodiff.Gradients.gradientsFunction;
import static dev.tapedeck.autodiff.Gradients.stopGradient;
import static dev.tapedeck.autodiff.Gradients.valueAndGradientsFunction;
import static dev.tapedeck.ops.Maths.exp;
import static dev.tapedeck.ops.Maths.log;
import static dev.tapedeck.ops.Maths.square;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.Gradients.Custom;
import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static Tensor derivative(TensorFunction f, Object x) {
    return gradientsFunction(f).apply(new Object[] {x}).getFirst();
  }

  /** {@code log(1 + exp(x))} with the gradient that does not overflow. */
  private static Tensor log1pexp(Tensor... x) {
    return customGradient(
        a -> {
          Tensor e = exp(a[0]);
          return new Custom(log(e.add(1)), g -> List.of(g.mul(e.add(1).pow(-1).neg().add(1))));
        },
        (Object[]) x);
  }

  @Test
  void gradientsAreFunctionsThatCanBeDifferentiatedAgain() {
    TensorFunction square = x -> square(x[0]);
    TensorFunction first = x -> derivative(square, x[0]);
    TensorFunction second = x -> derivative(first, x[0]);
    assertEquals(6, derivative(square, 3.0).item());
    assertEquals(2, derivative(first, 3.0).item());
    assertNull(derivative(second, 3.0));
  }

  @Test
  void valueAndGradientsComeTogether() {
    Gradients.ValueAndGradients both =
        valueAndGradientsFunction(x -> x[0].mul(x[1])).apply(new Object[] {3.0, 4.0});
    assertEquals(12, both.value().item());
    assertEquals(4, both.gradients().get(0).item());
    assertEquals(3, both.gradients().get(1).item());
  }

  @Test
  void javaBranchesAreDifferentiatedAsTheyAreTaken() {
    TensorFunction abs = x -> x[0].item() > 0 ? x[0] : x[0].neg();
    assertEquals(1, derivative(abs, 3.0).item());
    assertEquals(-1, derivative(abs, -3.0).item());
  }

  @Test
  void aCustomGradientReplacesOneThatOverflows() {
    TensorFunction plain = x -> log(exp(x[0]).add(1));
    assertEquals(0.5, derivative(plain, 0f).item());
    assertTrue(Double.isNaN(derivative(plain, 100f).item()));
    assertEquals(0.5, derivative(GradientsTest::log1pexp, 0f).item());
    assertEquals(1.0, derivative(GradientsTest::log1pexp, 100f).item());
  }

  @Test
  void aCustomGradientCanBeDifferentiated() {
    TensorFunction cube =
        x ->
            customGradient(
                a -> new Custom(a[0].pow(3), g -> List.of(g.mul(square(a[0])).mul(3))), x[0]);
    TensorFunction first = x -> derivative(cube, x[0]);
    assertEquals(27, derivative(cube, 3.0).item(), 1e-12);
    assertEquals(18, derivative(first, 3.0).item(), 1e-12);
  }

  @Test
  void aCustomGradientMustNameEveryArgument() {
    TensorFunction f =
        x -> customGradient(a -> new Custom(a[0].mul(a[1]), g -> List.of(g)), x[0], x[0]);
    assertEquals(
        "customGradient: the gradient function returned 1 gradients for 2 arguments; return one for"
            + " each, or null",
        assertThrows(IllegalArgumentException.class, () -> derivative(f, 1.0)).getMessage());
  }

  @Test
  void noGradientPassesAStop() {
    assertEquals(3, derivative(x -> x[0].mul(stopGradient(x[0])), 3.0).item());
    assertNull(derivative(x -> stopGradient(x[0]), 3.0));
  }
}
