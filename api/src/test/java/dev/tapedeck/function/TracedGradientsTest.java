package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients in, of and around traced functions. */
class TracedGradientsTest {
  private final Variable w = Variable.of(new float[] {0.5f, -1.5f}, "w");
  private final Tensor x = Tensor.of(new float[] {1.25f, 2});

  private static Tensor log1pExp(Tensor... x) {
    return Gradients.customGradient(
        in -> {
          Tensor e = Maths.exp(in[0]);
          return new Gradients.Custom(
              Maths.log(e.add(1)), g -> List.of(g.mul(e.add(1).pow(-1).neg().add(1))));
        },
        (Object[]) x);
  }

  /** A gradient of one's own in both directions of another. */
  private static Tensor nested(Tensor x) {
    return Gradients.customGradient(
        in -> {
          Tensor inner = log1pExp(in[0]);
          return new Gradients.Custom(
              inner.mul(inner), g -> List.of(log1pExp(g).mul(inner).mul(in[0])));
        },
        x);
  }

  /** A gradient of one's own that uses a tensor from outside. */
  private static Tensor using(Tensor x, Tensor other) {
    return Gradients.customGradient(
        in -> new Gradients.Custom(in[0].mul(other), g -> List.of(g.mul(other).mul(3))), x);
  }

  /** Functions of x and, where they have one, a variable. */
  private static Stream<Function<Variable, Function<Tensor, Tensor>>> functions() {
    return Stream.of(
        w -> x -> Maths.tanh(x.mul(w)).mul(w),
        w -> x -> log1pExp(x).mul(w),
        w -> x -> nested(x).mul(w),
        w -> x -> using(x, Maths.sin(x.mul(w))).mul(w),
        w -> x -> ControlFlow.cond(x.sum().greater(0f), () -> nested(x).mul(w), () -> log1pExp(x)),
        w -> x -> Gradients.recompute(in -> Maths.sin(in[0].mul(w)).mul(in[0]), x),
        w -> x -> x.mul(Gradients.stopGradient(x.mul(w))),
        w -> x -> x.mul(w.reading().dtype() == x.dtype() ? 3 : 4).mul(w).sum(),
        w -> x -> x,
        w -> x -> x.mul(2),
        w ->
            x ->
                Gradients.hessianVectorProduct(
                        in -> Maths.exp(in[0].mul(w)), List.of(x), List.of(x))
                    .getFirst(),
        w -> x -> Gradients.jvp(in -> Maths.exp(in[0].mul(w)), List.of(x), List.of(x)).tangent(),
        w ->
            x -> {
              try (GradientTape tape = GradientTape.persistent()) {
                tape.watch(x);
                Tensor y = Maths.exp(x.mul(w));
                Tensor first = tape.gradient(y, x);
                return first.add(tape.gradient(y.mul(y), x)).add(tape.jacobian(y, x).sum(0));
              }
            });
  }

  private String inside(Function<Tensor, Tensor> f, Tensor x) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      return tape.gradient(f.apply(x), List.of(x, w)).toString();
    }
  }

  private List<Tensor> all(Function<Tensor, Tensor> f) {
    try (GradientTape outer = new GradientTape();
        GradientTape tape = GradientTape.persistent()) {
      outer.watch(x);
      tape.watch(x);
      Tensor mixed = Maths.square(x);
      Tensor y = f.apply(mixed).add(f.apply(x)).mul(x);
      List<Tensor> gradients = tape.gradient(y, List.of(x, w));
      return java.util.Arrays.asList(
          y,
          gradients.get(0),
          gradients.get(1),
          tape.gradient(y.mul(2), mixed),
          outer.gradient(gradients.getFirst(), x));
    }
  }

  /** A variable that several calls read: what they add to its gradient, in another order. */
  private static void assertNear(List<Tensor> expected, List<Tensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i) == null || actual.get(i) == null) {
        assertEquals(expected.get(i), actual.get(i));
      } else {
        double[] values = expected.get(i).toDoubleArray();
        double largest = java.util.Arrays.stream(values).map(Math::abs).max().orElse(0);
        assertArrayEquals(
            values, actual.get(i).toDoubleArray(), 4 * Math.ulp((float) largest), "result " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void asEager(Function<Variable, Function<Tensor, Tensor>> function) {
    Function<Tensor, Tensor> eager = function.apply(w);
    TracedFunction<Tensor> traced = TracedFunction.of("f", eager);
    for (int i = 0; i < 3; i++) {
      assertEquals(eager.apply(x).toString(), traced.call(x).toString());
      assertNear(all(eager), all(traced::call));
      w.assign(new float[] {i, 0.25f});
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void gradientsInside(Function<Variable, Function<Tensor, Tensor>> function) {
    Function<Tensor, Tensor> eager = function.apply(w);
    TracedFunction<Object> traced =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              try (GradientTape tape = new GradientTape()) {
                tape.watch(x);
                return java.util.Arrays.asList(
                    tape.gradient(eager.apply(x), List.of(x, w)).toArray());
              }
            });
    for (int i = 0; i < 3; i++) {
      assertEquals(inside(eager, x), traced.call(x).toString());
      w.assign(new float[] {i, 0.25f});
    }
  }

  @Test
  void untrainableVariablesAreWatchedFromOutside() {
    Variable frozen = Variable.untrainable(3f, "frozen");
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.mul(frozen).sum());
    for (int i = 0; i < 2; i++) {
      try (GradientTape tape = new GradientTape()) {
        tape.watch(frozen);
        assertEquals(3.25, tape.gradient(f.call(x), frozen).item());
      }
      try (GradientTape tape = new GradientTape()) {
        assertNull(tape.gradient(f.call(x), frozen));
      }
    }
  }

  @Test
  void whatIsUnconnectedHasNoGradient() {
    TracedFunction<List<Tensor>> f =
        TracedFunction.of("f", (Tensor x, Tensor y) -> List.of(x.mul(w), y.mul(2)));
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor y = Tensor.of(new float[] {1, 1});
      tape.watch(x, y);
      List<Tensor> both = f.call(x, y);
      assertNull(tape.gradient(both.get(0), y));
      assertNull(tape.gradient(both.get(1), x));
      assertNull(tape.gradient(both.get(1), w));
      assertEquals(2, tape.gradient(both.get(1), y).toFloatArray()[0]);
    }
  }

  @Test
  void assignmentsBetweenRunAndGradientAreErrors() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> Maths.square(x.mul(w)));
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = f.call(x);
      w.assign(new float[] {1, 1});
      assertThrows(IllegalStateException.class, () -> tape.gradient(y, x));
    }
  }

  @Test
  void gradientsOfFunctionsThatAssign() {
    Variable calls = Variable.untrainable(0, "calls");
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              calls.assignAdd(1);
              return Maths.square(x.mul(w)).sum();
            });
    for (int i = 1; i <= 3; i++) {
      assertEquals(inside(x -> Maths.square(x.mul(w)).sum(), x), inside(f::call, x));
      assertEquals(i, calls.value().item());
    }
  }

  @Test
  void drawsAreTheSameForwardsAndBackwards() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> Regularization.dropout(x.mul(Randoms.uniform(2)), 0.5, RandomKey.next()));
    for (int i = 0; i < 10; i++) {
      try (GradientTape tape = new GradientTape()) {
        tape.watch(x);
        Tensor y = f.call(x);
        Tensor gradient = tape.gradient(y, x);
        assertNear(List.of(y.div(x)), List.of(gradient));
      }
    }
  }

  @Test
  void aTrainStepIsOneGraph() {
    Variable a = Variable.of(new float[] {1, 2}, "a");
    Function<Tensor, Tensor> step =
        x -> {
          try (GradientTape tape = new GradientTape()) {
            Tensor loss = Maths.square(x.mul(a).sub(1)).mean();
            a.assignSub(tape.gradient(loss, a).mul(0.1f));
            return loss;
          }
        };
    TracedFunction<Tensor> traced = TracedFunction.of("step", step);
    List<List<String>> both = new java.util.ArrayList<>();
    for (Function<Tensor, Tensor> one : List.<Function<Tensor, Tensor>>of(step, traced::call)) {
      a.assign(new float[] {1, 2});
      List<String> seen = new java.util.ArrayList<>();
      for (int i = 0; i < 5; i++) {
        seen.add(one.apply(x) + " " + a.value());
      }
      both.add(seen);
    }
    assertEquals(both.get(0), both.get(1));
    assertEquals(1, traced.concreteFunctions().getFirst().graphs().size());
  }

  @Test
  void secondOrderThroughRecompute() {
    Variable v = Variable.of(new double[] {2, -3}, "v");
    TracedFunction<Tensor> traced =
        TracedFunction.of(
            "f", (Tensor a) -> Gradients.recompute(in -> Maths.sin(in[0]).mul(v).mul(v), a).sum());
    Tensor x = Tensor.of(new double[] {0.5, 1.5});
    List<String> both = new ArrayList<>();
    for (boolean eagerly : new boolean[] {true, false}) {
      TracedFunction.runFunctionsEagerly(eagerly);
      try (GradientTape outer = new GradientTape();
          GradientTape inner = new GradientTape()) {
        outer.watch(x);
        inner.watch(x);
        Tensor first = inner.gradient(traced.call(x), x);
        both.add(outer.gradient(first.sum(), List.of(x, v)).toString());
      } finally {
        TracedFunction.runFunctionsEagerly(false);
      }
    }
    assertEquals(both.get(0), both.get(1));
  }
}
