package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.FusedUpdate;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compiled for formulas goes with them. */
class CollectedTest {
  private static final int COUNT = 200;

  static Stream<Arguments> uses() {
    Tensor x = Tensor.of(new float[] {1, 2, 3});
    return Stream.of(
        use(
            "an op",
            i -> {
              Pointwise op = Pointwise.floating(Formula.of("own", a -> a.times(i)));
              assertEquals(3f * i, op.of(x).toFloatArray()[2]);
              return op;
            }),
        use(
            "an op's gradient",
            i -> {
              Pointwise op = Pointwise.floating(Formula.of("own", a -> a.times(a).times(i)));
              Variable v = Variable.of(2f);
              try (GradientTape tape = new GradientTape()) {
                assertEquals(4f * i, tape.gradient(op.of(v), v).item());
              }
              return op;
            }),
        use(
            "updates",
            i -> {
              Variable v = Variable.of(2f);
              Variable w = Variable.of(3f);
              FusedUpdate updates =
                  FusedUpdate.of(
                      "own", 2, in -> List.of(in[0].times(i), in[1].plus(new Expr.Constant(i))));
              updates.into(List.of(v, w), v, w);
              assertEquals(2f * i, v.value().item());
              assertEquals(3f + i, w.value().item());
              return updates;
            }),
        use(
            "a traced function with fused loops",
            i -> {
              var function = TracedFunction.of("own", (Tensor a) -> a.mul(i).add(a).sum());
              assertEquals(6f * (i + 1), function.call(x).item());
              return function;
            }));
  }

  private static Arguments use(String name, IntFunction<Object> maker) {
    return Arguments.of(name, maker);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("uses")
  void classesAreUnloadedWithTheirFormulas(String name, IntFunction<Object> use) {
    var classes = ManagementFactory.getClassLoadingMXBean();
    long unloaded = classes.getUnloadedClassCount();
    List<WeakReference<Object>> dropped = new ArrayList<>();
    for (int i = 1; i <= COUNT; i++) {
      dropped.add(new WeakReference<>(use.apply(i)));
    }
    await(() -> dropped.stream().allMatch(each -> each.refersTo(null)));
    await(() -> classes.getUnloadedClassCount() - unloaded >= COUNT);
  }

  @Test
  void whatIsUsedStays() {
    Pointwise op = Pointwise.floating(Formula.of("own", a -> a.times(2)));
    op.of(Tensor.of(1f));
    FormulaLoops loops = FormulaLoops.of(op.formula());
    System.gc();
    assertEquals(4f, op.of(Tensor.of(2f)).item());
    assertEquals(loops, FormulaLoops.of(op.formula()));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    do {
      System.gc();
      assertTrue(System.nanoTime() < end, "waited for 30 seconds");
    } while (!condition.getAsBoolean());
  }
}
