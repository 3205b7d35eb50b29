package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong gradient must not get past the checker. */
final class GradientCheckerTest {
  /** The power {@code x ** n}, whose gradients may be made wrong by a factor for each order. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Power(int n, double... factors) implements SimpleOp {
    @Override
    public String name() {
      return "power";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      double[] x = inputs[0].toDoubleArray();
      for (int i = 0; i < x.length; i++) {
        Elements.setDouble(output.dtype(), output.elements(), i, Math.pow(x[i], n));
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      double[] rest = Arrays.copyOfRange(factors, 1, factors.length);
      Tensor lower = new Power(n - 1, rest).applyTo(call.input(0));
      return new Tensor[] {upstream.mul(lower).mul(n * factors[0])};
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0, true, true",
    "1.001, 1.0, false, false",
    "1.0, 1.001, true, false",
    "0.0, 0.0, false, true",
    "-1.0, 1.0, false, false",
  })
  void wrongGradientsAreCaught(
      double first, double second, boolean firstPasses, boolean secondPasses) {
    TensorFunction power = x -> new Power(3, first, second, 1, 1).applyTo(x);
    assertEquals(firstPasses, passes(power));
    assertEquals(secondPasses, passes(GradientChecker.gradient(power)));
  }

  private static boolean passes(TensorFunction function) {
    Tensor x = Tensor.of(new double[][] {{0.5, -1.5}, {2, 1}});
    try {
      GradientChecker.check(function, x);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void aGradientThatOneOperandLacksIsCaught(int lacking) {
    Pointwise product =
        Pointwise.floating(Formula.of("product", (x, y) -> x.times(y)))
            .withGradient(lacking, a -> a[3].times(0));
    Tensor x = Tensor.of(new double[] {1, 2});
    Tensor y = Tensor.of(new double[] {3, 4});
    AssertionError error =
        assertThrows(AssertionError.class, () -> GradientChecker.check(product::applyTo, x, y));
    assertEquals("gradient for operand " + lacking, error.getMessage().split(" at element", 2)[0]);
  }
}
