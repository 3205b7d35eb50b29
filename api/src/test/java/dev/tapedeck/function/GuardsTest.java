package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Java's own if, while and for in traced functions. */
class GuardsTest {
  private static boolean is(Tensor condition) {
    return condition.item() != 0;
  }

  /** Calls a function for values, traced and eagerly; twice, since the first call may trace. */
  private static void assertAsEager(Function<Tensor, Tensor> method, Tensor... values) {
    TracedFunction<Tensor> f = TracedFunction.of("f", method);
    for (int round = 0; round < 2; round++) {
      for (Tensor value : values) {
        assertEquals(method.apply(value).toString(), f.call(value).toString());
      }
    }
  }

  private static Tensor[] ints(int... values) {
    return java.util.Arrays.stream(values).mapToObj(Tensor::of).toArray(Tensor[]::new);
  }

  @Test
  void nestedBranchesAndEarlyExits() {
    assertAsEager(
        x -> {
          if (is(x.less(0))) {
            return is(x.less(-5)) ? x.neg() : x.mul(10);
          }
          Tensor sum = x;
          for (int i = 0; i < 5; i++) {
            sum = sum.add(i);
            if (is(sum.greater(8))) {
              return sum.mul(100);
            }
          }
          return sum;
        },
        ints(-9, -3, 0, 3, 7, 100, -1));
  }

  @Test
  void loopsOverAnArgument() {
    assertAsEager(
        n -> {
          Tensor product = Tensor.of(1);
          for (int i = 1; i <= (int) n.item(); i++) {
            product = product.mul(n).add(i);
          }
          return product;
        },
        ints(3, 0, 5, 3));
  }

  @Test
  void aLineSearchReadsBools() {
    TracedFunction<Tensor> search =
        TracedFunction.of(
            "search",
            (Tensor start) -> {
              try (GradientTape tape = new GradientTape()) {
                tape.watch(start);
                Tensor value = start.mul(start);
                Tensor gradient = tape.gradient(value, start);
                Tensor rate = Tensor.of(4f);
                Tensor moved = start.sub(gradient.mul(rate));
                while (is(moved.mul(moved).greater(value))) {
                  rate = rate.mul(0.5f);
                  moved = start.sub(gradient.mul(rate));
                }
                return moved;
              }
            });
    for (int i = 0; i < 2; i++) {
      assertEquals(-3, search.call(Tensor.of(3f)).item());
      assertEquals(-5, search.call(Tensor.of(5f)).item());
      assertEquals(0, search.call(Tensor.of(0f)).item());
    }
  }

  @Test
  void segmentsMayReadTheirIds() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Tensor x, Tensor ids) -> Segments.segmentSum(x, ids));
    float[] x = {1, 2, 3};
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "Tensor([3. 3.], shape=(2,), dtype=float32)", f.call(x, new int[] {0, 0, 1}).toString());
      assertEquals(
          "Tensor([1. 0. 5.], shape=(3,), dtype=float32)",
          f.call(x, new int[] {0, 2, 2}).toString());
    }
    assertThrows(IllegalArgumentException.class, () -> f.call(x, new int[] {1, 0, 0}));
  }

  @Test
  void effectsHappenOnceAlsoWhenTheTreeGrows() {
    Variable count = Variable.untrainable(0, "count");
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              count.assignAdd(1);
              if (is(x.greater(0))) {
                count.assignAdd(10);
                if (is(count.mod(2).equal(0))) {
                  count.assignAdd(1000);
                }
              }
              count.assignAdd(100);
              return count.value();
            });
    int expected = 0;
    for (int x : new int[] {0, 1, 0, 1, 1, 0, 0, 1, 1}) {
      expected += 1;
      if (x > 0) {
        expected += 10;
        expected += expected % 2 == 0 ? 1000 : 0;
      }
      expected += 100;
      assertEquals(expected, f.call(Tensor.of(x)).item());
      assertEquals(expected, count.value().item());
    }
  }

  @Test
  void drawsHappenOnceAlsoWhenTheTreeGrows() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor drawn = Randoms.uniform(2);
              return is(drawn.mean().greater(0.5)) ? drawn.add(Randoms.normal(2)) : drawn.add(x);
            });
    List<List<String>> both = new ArrayList<>();
    for (boolean eagerly : new boolean[] {false, true}) {
      RandomKey.seed(11);
      TracedFunction.runFunctionsEagerly(eagerly);
      try {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          drawn.add(f.call(Tensor.of(1f)).toString());
        }
        both.add(drawn);
      } finally {
        TracedFunction.runFunctionsEagerly(false);
      }
    }
    assertEquals(both.get(1), both.get(0));
  }

  @Test
  void aGuardThatAlwaysChangesEndsInEagerCalls() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.add((int) x.mul(2).item()));
    for (int i = 0; i < TraceTree.LIMIT + 20; i++) {
      assertEquals(3 * i, f.call(Tensor.of(i)).item());
    }
  }

  @Test
  void errorsAfterAGuardLeaveTheFunctionUsable() {
    boolean[] broken = {true};
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor y = x.add(1);
              if (is(x.greater(0))) {
                if (broken[0]) {
                  throw new IllegalStateException("broken");
                }
                return y.mul(10);
              }
              return y;
            });
    assertEquals(0, f.call(Tensor.of(-1)).item());
    assertThrows(IllegalStateException.class, () -> f.call(Tensor.of(1)));
    assertEquals(0, f.call(Tensor.of(-1)).item());
    broken[0] = false;
    assertEquals(20, f.call(Tensor.of(1)).item());
    assertEquals(0, f.call(Tensor.of(-1)).item());
    assertEquals(30, f.call(Tensor.of(2)).item());
  }

  @Test
  void errorsInRunsLeaveTheFunctionUsable() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Tensor x, Tensor i) -> Indexing.gather(x.mul(2), i, 0).add(1));
    float[] x = {1, 2, 3};
    assertEquals(5, f.call(x, Tensor.of(1)).item());
    for (int i = 0; i < 3; i++) {
      assertThrows(IllegalArgumentException.class, () -> f.call(x, Tensor.of(3)));
      assertEquals(7, f.call(x, Tensor.of(2)).item());
    }
    TracedFunction<Tensor> fails = TracedFunction.of("fails", (Tensor a) -> a.matmul(a));
    assertThrows(IllegalArgumentException.class, () -> fails.call((Object) new float[2][3]));
    assertEquals(4, fails.call((Object[]) new float[][] {{2}}).item());
  }

  @Test
  void floatsCannotBeGuarded() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.mul((float) x.item()));
    String message =
        assertThrows(IllegalStateException.class, () -> f.call(Tensor.of(2f))).getMessage();
    assertTrue(message.contains("compare it with ops and read the bool"), message);
  }

  @Test
  void gradientsFromOutsideThroughGuards() {
    Variable w = Variable.of(2f, "w");
    Function<Tensor, Tensor> method =
        x -> {
          Tensor y = x.mul(w);
          while (is(y.less(100))) {
            y = y.mul(y).mul(w);
          }
          return is(x.greater(3)) ? y.mul(x) : y;
        };
    TracedFunction<Tensor> f = TracedFunction.of("f", method);
    for (int round = 0; round < 2; round++) {
      for (float at : new float[] {1.5f, 2, 4, 60, 1.5f}) {
        Tensor x = Tensor.of(at);
        assertEquals(gradients(method, x, w), gradients(f::call, x, w));
      }
    }
  }

  private static String gradients(Function<Tensor, Tensor> f, Tensor x, Variable w) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      return tape.gradient(f.apply(x), List.of(x, w)).toString();
    }
  }

  @Test
  void guardsOnUnknownSizesAndWholeTensors() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
                "f",
                (Tensor x) -> {
                  long sum = 0;
                  for (long value : x.toLongArray()) {
                    sum += value;
                  }
                  return x.mul((int) sum);
                })
            .withSignature(new TensorSpec(DType.INT32, Shape.of(Shape.UNKNOWN)));
    for (int i = 0; i < 2; i++) {
      assertEquals("Tensor([3 6], shape=(2,), dtype=int32)", f.call(new int[] {1, 2}).toString());
      assertEquals("Tensor([25], shape=(1,), dtype=int32)", f.call(new int[] {5}).toString());
      assertEquals("Tensor([9 0], shape=(2,), dtype=int32)", f.call(new int[] {3, 0}).toString());
    }
    assertThrows(IllegalStateException.class, () -> f.call(new int[2000]));
    assertEquals("Tensor([25], shape=(1,), dtype=int32)", f.call(new int[] {5}).toString());
  }

  @Test
  void javaCodeInARunMayCallTheFunction() {
    List<TracedFunction<Tensor>> self = new ArrayList<>();
    TensorSpec scalar = new TensorSpec(DType.INT32, Shape.of());
    TracedFunction<Tensor> sum =
        TracedFunction.of(
            "sum",
            (Tensor n) -> {
              Tensor all =
                  JavaFunction.javaFunction(
                      v -> v.item() > 0 ? self.getFirst().call(v.sub(1)).add(v) : v, scalar, n);
              boolean even = all.mod(2).equal(0).toBoolean();
              return all.greater(4).toBoolean() == even ? all.mul(1) : all.add(0);
            });
    self.add(sum);
    for (int i = 0; i < 2; i++) {
      assertEquals(6, sum.call(Tensor.of(3)).item());
      assertEquals(15, sum.call(Tensor.of(5)).item());
    }
  }

  @Test
  void javaStateThatChangesBetweenPaths() {
    List<Variable> used = new ArrayList<>(List.of(Variable.of(1f, "one"), Variable.of(2f, "two")));
    TracedFunction<Tensor> reads =
        TracedFunction.of(
            "reads",
            (Tensor x) -> {
              Tensor y = x.mul(used.getFirst());
              return y.greater(0).toBoolean() ? y : y.neg();
            });
    assertEquals(3, reads.call(Tensor.of(3f)).item());
    used.removeFirst();
    assertThrows(IllegalStateException.class, () -> reads.call(Tensor.of(-3f)));
    TracedFunction<Tensor> makes =
        TracedFunction.of(
            "makes",
            (Tensor x) -> {
              Variable made = Variable.of(0f, "made");
              made.assignAdd(x);
              return x.greater(0).toBoolean() ? made.value() : made.neg();
            });
    assertEquals(3, makes.call(Tensor.of(3f)).item());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> makes.call(Tensor.of(-3f)))
            .getMessage()
            .contains("make variables once"));
  }
}
