package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The checks of an op's gradients of first and second order, against differences. */
record GradientChecks(OpCheck op) {
  /** More elements are not worth a second-order check; the ops are the same. */
  private static final int SMALL = 256;

  /** Returns the checks as tests. */
  Stream<DynamicTest> tests() {
    return Stream.of(
        dynamicTest("gradient", this::gradient),
        dynamicTest("second order", this::secondOrder),
        dynamicTest("float32 gradient", this::float32Gradient));
  }

  /** Returns a type to differentiate in; none if the op has no gradient. */
  static List<DType> differentiable(OpCheck op, DType dtype) {
    return op.isDifferentiable() ? List.of(dtype) : List.of();
  }

  private void gradient() {
    op.forEach(
        differentiable(op, DType.FLOAT64),
        (operands, dtype) -> {
          Tensor[] dense = op.tensors(operands, dtype, false);
          Tensor[] strided = op.tensors(operands, dtype, true);
          GradientChecker.check(op.function(), dense);
          TensorFunction loss = GradientChecker.weighted(op.function());
          assertNear(
              GradientChecker.gradients(loss, dense),
              GradientChecker.gradients(loss, strided),
              1e-12);
        });
  }

  private void secondOrder() {
    op.forEach(
        differentiable(op, DType.FLOAT64),
        (operands, dtype) -> {
          if (Arrays.stream(operands).allMatch(o -> Grid.count(o.shape()) <= SMALL)) {
            TensorFunction gradient = GradientChecker.gradient(op.function());
            GradientChecker.check(gradient, op.tensors(operands, dtype, false));
          }
        });
  }

  /** The float32 gradient, often of other native code, against the float64 one. */
  private void float32Gradient() {
    op.forEach(
        differentiable(op, DType.FLOAT64),
        (operands, dtype) -> {
          TensorFunction loss = GradientChecker.weighted(op.function());
          assertNear(
              GradientChecker.gradients(loss, op.tensors(operands, DType.FLOAT64, false)),
              GradientChecker.gradients(loss, op.tensors(operands, DType.FLOAT32, false)),
              1e-5);
        });
  }

  /** Holds gradients of each operand against others, relative to the largest. */
  static void assertNear(double[][] expected, double[][] actual, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      double largest = Arrays.stream(expected[i]).map(Math::abs).max().orElse(0);
      assertArrayEquals(expected[i], actual[i], tolerance * (1 + largest), "operand " + i);
    }
  }
}
