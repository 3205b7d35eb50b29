package dev.tapedeck.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Defaults, element types and refusals; {@link NnGoldenTest} compares values with Keras's. */
class ConstraintsTest {
  static Stream<Constraint> constraints() {
    return Stream.of(
        Constraints.maxNorm(),
        Constraints.minMaxNorm(),
        Constraints.minMaxNorm(1, 2, 0.5, 1),
        Constraints.nonNeg(),
        Constraints.unitNorm());
  }

  @ParameterizedTest
  @MethodSource("constraints")
  void gradientsAreThoseOfDifferences(Constraint constraint) {
    Tensor weights = Tensor.of(new double[][] {{0.5, -3.5, 0.75}, {-0.25, 1, 0.125}});
    GradientChecker.check(x -> constraint.of(x[0]), weights);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void weightsKeepTheirType(DType dtype) {
    Tensor weights = Tensor.full(dtype, 3, 4, 2);
    constraints().forEach(c -> assertEquals(weights.spec(), c.of(weights).spec(), c::toString));
    double[] halves = new double[8];
    Arrays.fill(halves, 0.5);
    assertArrayEquals(halves, Constraints.unitNorm().of(weights).toDoubleArray(), 0.004);
  }

  @Test
  void defaultsAreKeras() {
    assertEquals(new MaxNorm(2, List.of(0)), Constraints.maxNorm());
    assertEquals(new MinMaxNorm(0, 1, 1, List.of(0)), Constraints.minMaxNorm());
    assertEquals(new UnitNorm(List.of(0)), Constraints.unitNorm());
    assertEquals(new UnitNorm(List.of(0, 1, 2)), Constraints.unitNorm(0, 1, 2));
    assertEquals("MaxNorm[maxValue=3.0, axis=[1]]", Constraints.maxNorm(3, 1).toString());
  }

  static Stream<Arguments.ArgumentSet> refused() {
    return Stream.of(
        refused(
            "MaxNorm: maxValue must be finite, and 0 or more, received NaN; give 0 or more",
            () -> Constraints.maxNorm(Double.NaN)),
        refused(
            "MinMaxNorm: minValue must be finite, and 0 or more, received -1.0; give 0 or more",
            () -> Constraints.minMaxNorm(-1, 1, 1)),
        refused(
            "MinMaxNorm: minValue must be at most maxValue, received 2.0 and 1.0; swap them",
            () -> Constraints.minMaxNorm(2, 1, 1)),
        refused(
            "MinMaxNorm: rate must be in [0, 1], received 1.5; give 1 to be strict",
            () -> Constraints.minMaxNorm(0, 1, 1.5)),
        refused(
            "UnitNorm: axis must have an axis or more, received []; give axes, as 0",
            () -> new UnitNorm(List.of())));
  }

  private static Arguments.ArgumentSet refused(String message, Executable made) {
    return argumentSet(message, message, made);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusals(String message, Executable made) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, made).getMessage());
  }
}
