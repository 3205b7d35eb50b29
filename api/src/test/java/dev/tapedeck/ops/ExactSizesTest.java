package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Sizes that do not fit 64 bits are refused, and never wrap around to some that do. */
final class ExactSizesTest {
  private static final long HUGE = 1L << 62;
  private static final Tensor FIVE = Tensor.ones(DType.FLOAT32, 5);

  @TestFactory
  Stream<DynamicTest> beyond64Bits() {
    Tensor empty = Tensor.zeros(DType.FLOAT32, 0, 1);
    Map<String, Executable> calls =
        Map.of(
            "split", () -> Joining.split(FIVE, new long[] {HUGE, HUGE, 5}, 0),
            "tile", () -> Rearranging.tile(FIVE, HUGE),
            "tile of nothing", () -> Rearranging.tile(empty, 4, HUGE).reshape(HUGE, HUGE, 4),
            "repeat", () -> Rearranging.repeat(FIVE, HUGE, 0),
            "reshape", () -> FIVE.reshape(HUGE, 4, 5, -1),
            "slice", () -> Indexing.slice(FIVE, new long[] {HUGE}, new long[] {HUGE}),
            "range", () -> Creation.range(Long.MIN_VALUE, Long.MAX_VALUE, 1, DType.INT64),
            "broadcastTo", () -> Shaping.broadcastTo(FIVE, HUGE, 4, 5),
            "window", () -> new Window.Axis(1, 1, 1, false, 1, 0).count(Long.MAX_VALUE));
    return calls.entrySet().stream()
        .map(
            call ->
                dynamicTest(
                    call.getKey(),
                    () -> assertThrows(IllegalArgumentException.class, call.getValue())));
  }

  /** The step by which a draw keeps away from its upper bound was 0. */
  @Test
  void drawsBetweenNeighboursEnd() {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            Randoms.uniform(RandomKey.of(1), DType.FLOAT64, 0, Double.MIN_VALUE, 100)
                .toDoubleArray());
  }

  @Test
  void formulasAreWhatTheirTypesSay() {
    Formula exponential = Formula.of("e", x -> x.exp());
    assertThrows(
        IllegalArgumentException.class,
        () -> Pointwise.numeric(exponential).applyTo(Tensor.of(new int[] {1})));
    assertThrows(IllegalArgumentException.class, () -> new Formula("f", 1, new Expr.Input(1)));
    assertThrows(
        IllegalArgumentException.class, () -> new Expr.Apply(Primitive.ADD, List.of(Expr.of(1))));
    assertThrows(
        IllegalArgumentException.class,
        () -> Pointwise.floating(Formula.of("less", (x, y) -> x.lt(y))).applyTo(FIVE, FIVE));
  }
}
