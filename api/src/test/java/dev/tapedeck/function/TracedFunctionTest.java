package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracedFunctionTest {
  private final List<String> printed = new ArrayList<>();

  @Test
  void runsAsTheMethodDoes() {
    TracedFunction<Tensor> add =
        TracedFunction.of(
            "add",
            (Tensor a, Tensor b) -> {
              Tensor sum = a.add(b);
              printed.add(sum.toString());
              return sum;
            });
    int[] ones = {1, 2, 3};
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(new int[] {2, 4, 6}, add.call(ones, Tensor.of(ones)).toIntArray());
    }
    assertEquals(List.of("Tensor(\"Add:0\", shape=(3,), dtype=int32)"), printed);
    assertEquals(1, add.traceCount());
    assertArrayEquals(new float[] {3}, add.call(new float[] {1}, new float[] {2}).toFloatArray());
    assertEquals(
        """
        add(arg0, arg1)
          Args:
            arg0: int32 Tensor, shape=(3,)
            arg1: int32 Tensor, shape=(3,)
          Returns:
            int32 Tensor, shape=(3,)

        add(arg0, arg1)
          Args:
            arg0: float32 Tensor, shape=(1,)
            arg1: float32 Tensor, shape=(1,)
          Returns:
            float32 Tensor, shape=(1,)""",
        add.prettyPrintedConcreteSignatures());
    assertEquals(
        "add: argument 0 is float32 Tensor, shape=(1,), where it was int32 Tensor, shape=(3,);"
            + " argument 1 is float32 Tensor, shape=(1,), where it was int32 Tensor, shape=(3,)",
        add.explainRetrace());
  }

  @Test
  void effectsKeepTheirOrder() {
    Variable v = Variable.of(1f, "v");
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor before = v.value();
              v.assignAdd(x);
              Tensor after = v.mul(2);
              v.assign(after);
              return List.of(before, after, v.add(0));
            });
    assertEquals("[1.0, 4.0, 4.0]", values(f.call(Tensor.of(1f))));
    assertEquals("[4.0, 10.0, 10.0]", values(f.call(Tensor.of(1f))));
    assertEquals(10, v.value().item());
  }

  private static String values(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::item).toList().toString();
  }

  @Test
  void drawsAreThoseOfEagerCode() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", () -> Randoms.uniform(3).add(Randoms.normal(3)));
    RandomKey.seed(7);
    List<String> traced = List.of(f.call().toString(), f.call().toString());
    RandomKey.seed(7);
    TracedFunction.runFunctionsEagerly(true);
    try {
      assertEquals(List.of(f.call().toString(), f.call().toString()), traced);
    } finally {
      TracedFunction.runFunctionsEagerly(false);
    }
  }

  @Test
  void javaIfAndWhileOnTensors() {
    TracedFunction<Tensor> collatz =
        TracedFunction.of(
            "collatz",
            (Tensor start) -> {
              printed.add("traced");
              Tensor n = start;
              Tensor steps = Tensor.of(0);
              while (n.notEqual(1).toBoolean()) {
                n = n.mod(2).equal(0).toBoolean() ? n.floorDiv(2) : n.mul(3).add(1);
                steps = steps.add(1);
              }
              return steps;
            });
    assertEquals(8, collatz.call(Tensor.of(6)).item());
    assertEquals(16, collatz.call(Tensor.of(7)).item());
    assertEquals(1, collatz.call(Tensor.of(2)).item());
    assertEquals(0, collatz.call(Tensor.of(1)).item());
    assertEquals(4, printed.size());
    assertEquals(8, collatz.call(Tensor.of(6)).item());
    assertEquals(16, collatz.call(Tensor.of(7)).item());
    assertEquals(4, printed.size());
  }

  @Test
  void gradientsFromOutside() {
    Variable w = Variable.of(3f, "w");
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Tensor x) -> Maths.exp(Maths.sin(x).mul(w)).mul(w));
    Tensor x = Tensor.of(0.5f);
    for (int i = 0; i < 2; i++) {
      List<List<Tensor>> both = new ArrayList<>();
      for (boolean eagerly : new boolean[] {false, true}) {
        TracedFunction.runFunctionsEagerly(eagerly);
        try (GradientTape outer = new GradientTape();
            GradientTape inner = new GradientTape()) {
          outer.watch(x);
          inner.watch(x);
          Tensor y = f.call(x);
          List<Tensor> first = new ArrayList<>(inner.gradient(y, List.of(x, w)));
          first.addAll(outer.gradient(first.get(0).add(first.get(1)), List.of(x, w)));
          both.add(first);
        } finally {
          TracedFunction.runFunctionsEagerly(false);
        }
      }
      assertEquals(both.get(0).toString(), both.get(1).toString());
      w.assign(2f);
    }
  }
}
