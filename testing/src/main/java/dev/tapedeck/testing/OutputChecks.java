package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The checks of an op's outputs: values, element types and shapes, the operands after a call, and
 * the types that it refuses.
 */
record OutputChecks(OpCheck op) {
  /** Returns the checks as tests. */
  Stream<DynamicTest> tests() {
    return Stream.of(
        dynamicTest("values", this::values),
        dynamicTest("rules", this::rules),
        dynamicTest("inputs stay", this::inputsStay),
        dynamicTest("refused types", this::refusedTypes));
  }

  private void values() {
    op.forEach(
        op.accepted(),
        (operands, dtype) -> {
          Grid expected = op.reference().of(op.draw(operands, dtype, 0));
          DType given = op.result(dtype);
          for (boolean strided : new boolean[] {false, true}) {
            Tensor actual = op.function().of(op.tensors(operands, dtype, strided));
            assertEquals(expected.spec(given), actual.spec());
            assertNear(expected.values(), actual.toDoubleArray(), given);
          }
        });
  }

  private static void assertNear(double[] expected, double[] actual, DType dtype) {
    assertEquals(expected.length, actual.length);
    double tolerance =
        switch (dtype) {
          case FLOAT64 -> 1e-12;
          case FLOAT16 -> 4e-3;
          case BFLOAT16 -> 2e-2;
          default -> 4e-6;
        };
    for (int i = 0; i < expected.length; i++) {
      double kept = dtype.isFloating() ? expected[i] : wrapped(expected[i], dtype);
      boolean near = Math.abs(actual[i] - kept) <= tolerance * (1 + Math.abs(kept));
      assertTrue(
          near || (Double.isNaN(kept) && Double.isNaN(actual[i])),
          "element " + i + ": " + actual[i] + " instead of " + kept);
    }
  }

  /** Returns a whole number as its type keeps it. */
  private static double wrapped(double value, DType dtype) {
    return switch (dtype) {
      case UINT8 -> (long) value & 0xff;
      case UINT16 -> (long) value & 0xffff;
      case INT8 -> (byte) (long) value;
      case INT16 -> (short) (long) value;
      case INT32 -> (int) (long) value;
      default -> value;
    };
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Applied(Op op, TensorSpec[] inputs, TensorSpec[] outputs) {}

  private static TensorSpec[] specs(Tensor... tensors) {
    return Arrays.stream(tensors).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  /** What an op and its gradient apply gives what its rule says. */
  private void rules() {
    op.forEach(
        op.accepted(),
        (operands, dtype) -> {
          List<Applied> applied = new ArrayList<>();
          Dispatch.Recorder recorder =
              (what, inputs, outputs) -> {
                if (what instanceof Op one) { // what has a custom gradient has no rule
                  applied.add(new Applied(one, specs(inputs), specs(outputs)));
                }
              };
          Tensor[] inputs = op.tensors(operands, dtype, false);
          Dispatch.open(recorder);
          try {
            Tensor output = op.function().of(inputs);
            if (output.dtype().isFloating()) {
              GradientChecker.gradients(op.function(), inputs);
            }
          } finally {
            Dispatch.close(recorder);
          }
          for (Applied one : applied) {
            TensorSpec[] inferred = one.op.infer(one.inputs);
            assertEquals(inferred.length, one.outputs.length, one.op.name());
            for (int i = 0; i < inferred.length; i++) {
              assertFits(inferred[i], one.outputs[i], one.op.name());
            }
          }
        });
  }

  /** A size that depends on values is unknown to the rule. */
  private static void assertFits(TensorSpec inferred, TensorSpec actual, String op) {
    Shape shape = inferred.shape();
    for (int axis = 0; axis < shape.rank() && shape.rank() == actual.shape().rank(); axis++) {
      shape =
          shape.size(axis) == Shape.UNKNOWN ? shape.with(axis, actual.shape().size(axis)) : shape;
    }
    assertEquals(new TensorSpec(inferred.dtype(), shape), actual, op);
  }

  private void inputsStay() {
    op.forEach(
        op.accepted(),
        (operands, dtype) -> {
          for (boolean strided : new boolean[] {false, true}) {
            Tensor[] inputs = op.tensors(operands, dtype, strided);
            List<byte[]> before = Arrays.stream(inputs).map(OutputChecks::memory).toList();
            if (op.function().of(inputs).dtype().isFloating()) {
              GradientChecker.gradients(op.function(), inputs);
            }
            for (int i = 0; i < inputs.length; i++) {
              assertArrayEquals(before.get(i), memory(inputs[i]), "operand " + i);
            }
          }
        });
  }

  private static byte[] memory(Tensor tensor) {
    return ((EagerTensor) tensor).memory().toArray(Elements.BYTE);
  }

  private void refusedTypes() {
    for (DType dtype : DType.fixedSize()) {
      if (op.refuses(dtype)) {
        Tensor[] inputs = op.tensors(op.cases().getFirst(), dtype, false);
        assertEquals(
            op.types().refusal(op.op(), dtype),
            assertThrows(IllegalArgumentException.class, () -> op.function().of(inputs))
                .getMessage());
      }
    }
  }
}
