package dev.tapedeck.function;

import static dev.tapedeck.function.ControlFlow.accumulate;
import static dev.tapedeck.function.ControlFlow.cond;
import static dev.tapedeck.function.ControlFlow.scan;
import static dev.tapedeck.function.ControlFlow.whileLoop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Values that are read, or kept, while something else is written or given back. */
class ReadingsTest {
  private final Tensor x = Tensor.of(new double[] {1, 2});
  private final Variable w = Variable.of(new double[] {3, 4}, "w");
  private final Variable count = Variable.untrainable(0, "count");

  /** Gives what a function returns, its gradients from outside, and the variables after it. */
  private String seen(Function<Tensor, Tensor> function) {
    w.assign(new double[] {3, 4});
    count.assign(0);
    RandomKey.seed(1);
    try (GradientTape tape = GradientTape.persistent()) {
      tape.watch(x);
      Tensor y = function.apply(x).mul(w);
      Tensor z = function.apply(x).add(w);
      return y + " " + z + tape.gradient(z, List.of(x, w)) + tape.gradient(z, x) + w + count;
    }
  }

  private void assertAsEager(Function<Tensor, Tensor> function) {
    TracedFunction<Tensor> traced = TracedFunction.of("f", function);
    assertEquals(seen(function), seen(traced::call));
    Tensor expected = function.apply(x);
    w.assign(new double[] {3, 4});
    count.assign(0);
    assertEquals(seen(function), seen(traced::call));
    assertEquals(expected.shape(), traced.call(x).shape()); // without what gradients need
  }

  private static Tensor twice(Tensor x, Function<Tensor, Tensor> body) {
    return whileLoop(
            in -> in.get(0).less(2),
            in -> List.of(in.get(0).add(1), body.apply(in.get(1))),
            List.of(0, x))
        .get(1);
  }

  private static void print(Tensor x) {
    JavaFunction.of("print", in -> List.of()).call(x);
  }

  @Test
  void loopsKeepWhatTheyGave() {
    assertAsEager(a -> accumulate(Tensor::add, 0.0, a));
    assertAsEager(
        a ->
            scan(
                    (carried, slice) ->
                        new ControlFlow.Step<>(
                            List.of(carried.get(0).add(slice.get(0)), carried.get(0)), carried),
                    List.of(a.sum(), a.sum()),
                    List.of(a))
                .given()
                .get(1));
  }

  @Test
  void loopsGiveMemoryBack() {
    long[] live = new long[1];
    JavaFunction measure =
        JavaFunction.of(
            "measure",
            in -> {
              live[0] = Memory.stats().live();
              return List.of();
            });
    TracedFunction<Tensor> loop =
        TracedFunction.of(
            "loop",
            (Tensor n) ->
                whileLoop(
                        in -> in.get(0).less(n),
                        in -> {
                          Tensor next = in.get(0).add(1);
                          return List.of(
                              cond(
                                  next.equal(n),
                                  () -> {
                                    measure.call(next);
                                    return next;
                                  },
                                  () -> next));
                        },
                        List.of(0))
                    .get(0));
    loop.call(Tensor.of(1));
    long before = live[0];
    loop.call(Tensor.of(50_000));
    assertTrue(live[0] - before < 1 << 20, () -> live[0] - before + " bytes at the end of a loop");
  }

  @Test
  void conditionsReadWhatTheBodyAssigns() {
    assertAsEager(
        a ->
            whileLoop(
                    in -> count.less(3),
                    in -> {
                      count.assignAdd(1);
                      return List.of(in.get(0).mul(a));
                    },
                    List.of(a))
                .get(0));
  }

  @Test
  void countersInLoops() {
    assertAsEager(
        a ->
            twice(
                a,
                y -> {
                  count.assignAdd(1);
                  return y.mul(a).mul(w);
                }));
  }

  @Test
  void variablesBesideDrawsAndJavaCode() {
    assertAsEager(
        a ->
            twice(
                a,
                y ->
                    cond(
                            y.sum().less(1e9),
                            () -> y.mul(Randoms.uniform(RandomKey.next(), DType.FLOAT64, 0, 1, 2)),
                            () -> y)
                        .mul(w)));
    assertAsEager(
        a ->
            cond(
                a.sum().greater(0),
                () -> {
                  print(a);
                  return a.mul(w);
                },
                () -> a));
    assertAsEager(
        a -> {
          try (GradientTape tape = new GradientTape()) {
            Tensor y =
                twice(
                    a,
                    z -> {
                      print(z);
                      return z.mul(w);
                    });
            return tape.gradient(y, w);
          }
        });
  }

  @Test
  void readingsAreToldApart() {
    assertAsEager(
        a -> {
          Tensor y = a.mul(w.value());
          w.assignAdd(1.0);
          return y.add(a.mul(w));
        });
    assertAsEager(a -> Operands.tensor(w));
    TracedFunction<List<Tensor>> both =
        TracedFunction.of("both", () -> List.of(Operands.tensor(w), Operands.tensor(w)));
    try (GradientTape tape = new GradientTape()) {
      List<Tensor> read = both.call();
      assertEquals(
          "Tensor([2. 2.], shape=(2,), dtype=float64)",
          tape.gradient(read.get(0).add(read.get(1)), w).toString());
    }
  }

  @Test
  void aGradientIsOfTheValueThatWasUsed() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (BiFunction<Tensor, Tensor, Tensor>)
                (a, flag) -> {
                  Tensor y = a.mul(w);
                  cond(
                      flag,
                      () -> {
                        w.assign(new double[] {10, 20});
                        return a;
                      },
                      () -> a);
                  return flag.toBoolean() ? y.add(1.0) : y;
                });
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = f.call(x, Tensor.of(true));
      assertThrows(IllegalStateException.class, () -> tape.gradient(y, x)); // as in eager code
    }
  }

  @Test
  void constantsOfWhichGradientsAreAsked() {
    Tensor c = Tensor.of(new double[] {5, 6});
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor a) -> twice(a.mul(c), y -> y.mul(c)));
    f.call(x);
    try (GradientTape tape = GradientTape.persistent()) {
      tape.watch(c, x);
      Tensor y = f.call(x);
      assertEquals(
          "Tensor([125. 216.], shape=(2,), dtype=float64)", tape.gradient(y, x).toString());
      assertTrue(
          assertThrows(IllegalStateException.class, () -> tape.gradient(y, c))
              .getMessage()
              .contains("pass it as an argument"));
    }
  }

  @Test
  void outputsThatAreTheSameAreToldApart() {
    Function<Tensor, List<Tensor>> function =
        a ->
            ControlFlow.switchCase(
                0,
                List.of(
                    () -> {
                      Tensor y = a.mul(2.0);
                      return List.of(y, y);
                    }));
    TracedFunction<List<Tensor>> traced = TracedFunction.of("f", function);
    for (Function<Tensor, List<Tensor>> f : List.of(function, traced::call)) {
      try (GradientTape tape = new GradientTape()) {
        tape.watch(x);
        List<Tensor> y = f.apply(x);
        Tensor product = y.get(0).mul(y.get(1));
        assertEquals(
            "Tensor([ 8. 16.], shape=(2,), dtype=float64)",
            tape.gradient(product, List.of(x, y.get(0))).getFirst().toString());
      }
    }
  }

  @Test
  void mapsWithoutANameForATensor() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Map<String, Tensor> map) -> map.get(null).add(1.0));
    Map<String, Tensor> map = new HashMap<>();
    map.put(null, x);
    assertEquals("Tensor([2. 3.], shape=(2,), dtype=float64)", f.call(map).toString());
    assertEquals("Tensor([2. 3.], shape=(2,), dtype=float64)", f.call(map).toString());
  }
}
