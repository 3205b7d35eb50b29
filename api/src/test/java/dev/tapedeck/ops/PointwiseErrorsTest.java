package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What functions, tests, bits and activations refuse, and the exact words. */
final class PointwiseErrorsTest {
  @TestFactory
  Stream<DynamicTest> functions() {
    return Stream.of(
        says(
            "divNoNan: needs a floating point type, received int32; cast it first",
            () -> Maths.divNoNan(ints(2), 0.5)),
        says(
            "atan2: element types must be equal, received float32 and float64; cast"
                + " one, as cast(x, DType.FLOAT64)",
            () -> Maths.atan2(zeros(2), new double[2])),
        says(
            "lerp: shapes must broadcast, received (2, 3) and (2,), 3 against 2; make"
                + " those sizes equal, or one of them 1",
            () -> Maths.lerp(zeros(2, 3), 1, zeros(2))),
        says(
            "erf: needs a floating point type, received bool; cast it first",
            () -> SpecialFunctions.erf(true)),
        says(
            "polygamma: the order must be 0 or more, received -1; use lgamma for the"
                + " integral of digamma",
            () -> SpecialFunctions.polygamma(-1, zeros(2))),
        says(
            "isNan: needs a floating point type, received int32; cast it first",
            () -> Logic.isNan(ints(2))));
  }

  @TestFactory
  Stream<DynamicTest> bits() {
    return Stream.of(
        says(
            "bitwiseAnd: needs a whole-number type, received float32; cast it first",
            () -> Bitwise.bitwiseAnd(zeros(2), zeros(2))),
        says(
            "bitwiseNot: needs a whole-number type, received bool; cast it first",
            () -> Bitwise.bitwiseNot(true)),
        says(
            "bitwiseOr: element types must be equal, received int32 and int64; cast"
                + " one, as cast(x, DType.INT64)",
            () -> Bitwise.bitwiseOr(ints(2), new long[2])),
        says(
            "leftShift: whole numbers need divisors other than 0, and exponents and"
                + " shifts of 0 or more, received negative shift -1 in int32; clip that"
                + " operand, or cast both to a floating point type",
            () -> Bitwise.leftShift(ints(2), -1)),
        says(
            "rightShift: whole numbers need divisors other than 0, and exponents and"
                + " shifts of 0 or more, received negative shift -9 in int64; clip that"
                + " operand, or cast both to a floating point type",
            () -> Bitwise.rightShift(new long[2], -9)));
  }

  @TestFactory
  Stream<DynamicTest> activations() {
    return Stream.of(
        says(
            "relu: needs a numeric type, received bool; cast it first",
            () -> Activations.relu(true)),
        says(
            "elu: needs a floating point type, received int32; cast it first",
            () -> Activations.elu(ints(2))),
        says(
            "leakyRelu: shapes must broadcast, received (2, 3) and (2,), 3 against 2;"
                + " make those sizes equal, or one of them 1",
            () -> Activations.leakyRelu(zeros(2, 3), zeros(2))),
        says(
            "glu: needs an axis of even, known size, to split it in two, received axis -1 of (2, 3);"
                + " choose another axis, or pad it",
            () -> Activations.glu(zeros(2, 3))),
        says(
            "tensor: expected a value, received null; pass a number, an array or a Tensor",
            () -> Activations.linear(null)));
  }
}
