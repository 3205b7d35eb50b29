package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A user's op that is right passes every check, and each fault is found by the check for it. */
final class OpCheckTest {
  private static final Formula CUBE = Formula.of("cube", x -> x.times(x).times(x));

  private static OpCheck cube(Pointwise op) {
    return OpCheck.op("cube", x -> op.of(x)).over(-2, 2).is(x -> x * x * x);
  }

  @TestFactory
  Stream<DynamicTest> aRightOp() {
    return cube(Pointwise.floating(CUBE)).tests();
  }

  @TestFactory
  Stream<DynamicTest> aFunctionOfAnyNumbers() {
    return OpCheck.op("neg", x -> Operands.tensor(x).neg())
        .takes(Types.NUMERIC)
        .on(Operand.real(2, 3))
        .matches(x -> Grid.of(x[0].shape(), i -> -x[0].at(i)))
        .tests();
  }

  /** Returns the names of the tests that fail. */
  static List<String> failing(Stream<DynamicTest> tests) {
    List<String> failing = new ArrayList<>();
    tests.forEach(
        test -> {
          try {
            test.getExecutable().execute();
          } catch (Throwable e) {
            failing.add(test.getDisplayName());
          }
        });
    return failing;
  }

  private static List<String> failing(UnaryOperator<Tensor> op) {
    return failing(
        OpCheck.op("cube", x -> op.apply(Operands.tensor(x)))
            .on(Operand.real(2, 3))
            .is(x -> x * x * x)
            .tests());
  }

  @Test
  void otherValues() {
    Pointwise other = Pointwise.floating(Formula.of("cube", x -> x.times(x).times(x).plus(1)));
    assertEquals(List.of("values"), failing(cube(other).tests()));
  }

  @Test
  void aWrongGradient() {
    Pointwise wrong = Pointwise.floating(CUBE).withGradient(0, a -> a[0].times(a[2]));
    assertEquals(List.of("gradient", "second order"), failing(cube(wrong).tests()));
  }

  /** Its gradient is that of a constant, which its second order is right about. */
  @Test
  void aValueThatIsRead() {
    UnaryOperator<Tensor> reading =
        x -> Casting.cast(Tensor.of(x.pow(3).toDoubleArray()).reshape(2, 3), x.dtype());
    assertEquals(
        List.of("refused types", "gradient", "traced equals eager"),
        failing(reading).stream().filter(name -> !name.equals("values")).toList());
  }

  @Test
  void anotherType() {
    assertEquals(true, failing(x -> Casting.cast(x.pow(3), DType.FLOAT64)).contains("values"));
  }
}
