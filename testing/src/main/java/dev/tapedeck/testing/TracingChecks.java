package dev.tapedeck.testing;

import static dev.tapedeck.testing.GradientChecks.assertNear;
import static dev.tapedeck.testing.GradientChecks.differentiable;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The check of a traced op, and of its gradient, against the eager one. */
record TracingChecks(OpCheck op) {
  /** Returns the check as a test. */
  Stream<DynamicTest> tests() {
    return Stream.of(dynamicTest("traced equals eager", this::tracedEqualsEager));
  }

  /** The traced op gives the bits of the eager one, and, differentiated, its gradient. */
  private void tracedEqualsEager() {
    op.forEach(
        op.accepted(),
        (operands, dtype) -> {
          TracedFunction<Tensor> traced =
              TracedFunction.ofAll(op.op(), x -> op.function().of(x.toArray(Tensor[]::new)));
          for (Tensor[] x :
              List.of(
                  op.tensors(operands, dtype, 0, false),
                  op.tensors(operands, dtype, 1, false),
                  op.tensors(operands, dtype, 0, true))) {
            Tensor expected = op.function().of(x);
            Tensor actual = traced.call((Object[]) x);
            assertEquals(expected.spec(), actual.spec());
            assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
          }
        });
    op.forEach(
        differentiable(op, DType.FLOAT32),
        (operands, dtype) -> {
          TracedFunction<Tensor[]> traced =
              TracedFunction.ofAll(
                  op.op(),
                  x ->
                      GradientChecker.tape(op.function(), x.toArray(Tensor[]::new))
                          .toArray(Tensor[]::new));
          Tensor[] x = op.tensors(operands, dtype, false);
          Tensor[] gradients = traced.call((Object[]) x);
          double[][] expected = GradientChecker.gradients(op.function(), x);
          double[][] actual = new double[x.length][];
          Arrays.setAll(
              actual,
              i ->
                  gradients[i] == null
                      ? new double[expected[i].length]
                      : gradients[i].toDoubleArray());
          assertNear(expected, actual, 1e-5);
        });
  }
}
