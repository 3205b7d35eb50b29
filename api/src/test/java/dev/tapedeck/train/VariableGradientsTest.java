package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.GradientList;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients of variables, however their value is come by and wherever it is used. */
class VariableGradientsTest {
  private static final float[] START = {1, -2, 3};

  /** Ways to a variable's value, which is changed in none. */
  private static Map<String, Function<Variable, Tensor>> ways() {
    Map<String, Function<Variable, Tensor>> ways = new LinkedHashMap<>();
    ways.put("operand", w -> w.mul(1));
    ways.put("value", Variable::value);
    ways.put("value of value", w -> Variable.of(0f).add(w.value()));
    ways.put("reading", Variable::reading);
    ways.put("Tensor.of", Tensor::of);
    ways.put("Operands.tensor", Operands::tensor);
    ways.put("get", w -> w.get(Index.ELLIPSIS));
    ways.put("reshape", w -> w.reshape(3));
    ways.put("transpose", w -> w.transpose());
    ways.put("gather", w -> Indexing.gather(w, new int[] {0, 1, 2}, 0));
    ways.put("stack", w -> Joining.stack(0, w.get(0), w.value().get(1), w.reading().get(2)));
    ways.put("recompute", w -> Gradients.recompute(x -> w.value().mul(x[0]), 1f));
    ways.put(
        "customGradient",
        w ->
            Gradients.customGradient(
                x -> new Gradients.Custom(x[0].mul(1), g -> List.of(g)), w.value()));
    ways.put("traced", w -> TracedFunction.of("f", () -> w.value()).call());
    ways.put("traced reading", w -> TracedFunction.of("f", () -> w.reading().mul(1)).call());
    ways.put(
        "traced argument", w -> TracedFunction.of("f", (Tensor x) -> x.mul(1)).call(w.value()));
    ways.put("cond", w -> ControlFlow.cond(w.get(0).greater(-100), w::value, w::reading));
    ways.put("layer", w -> applied(w));
    return ways;
  }

  private static Tensor applied(Variable w) {
    Layer layer =
        new Layer() {
          @Override
          protected void build(Shape input) {}

          @Override
          public Tensor call(Tensor x) {
            return x.mul(w.value());
          }
        };
    return layer.apply(Tensor.ones(w.dtype(), 3));
  }

  /** What is differentiated: its gradient is {@code 3 x^2 + 2}, with respect to the value x. */
  private static Tensor f(Tensor x, Object again) {
    return x.mul(x).mul(again).add(x.mul(2)).sum();
  }

  /** Places for a gradient to be asked for: each gives the same for every way. */
  private static Map<String, BiFunction<Variable, Function<Variable, Tensor>, Tensor>> places() {
    Map<String, BiFunction<Variable, Function<Variable, Tensor>, Tensor>> places =
        new LinkedHashMap<>();
    places.put("tape", (w, way) -> gradient(w, () -> f(way.apply(w), way.apply(w))));
    places.put("tape, mixed", (w, way) -> gradient(w, () -> f(way.apply(w), w)));
    places.put(
        "persistent tape",
        (w, way) -> {
          try (GradientTape tape = GradientTape.persistent()) {
            Tensor y = f(way.apply(w), w);
            Tensor first = tape.gradient(y, w);
            Tensor again = tape.gradient(y.add(f(way.apply(w), w)), w);
            return again.sub(first);
          }
        });
    places.put(
        "watched, untrainable",
        (w, way) -> {
          Variable frozen = Variable.untrainable(w, "frozen");
          try (GradientTape tape = new GradientTape().manual()) {
            tape.watch(frozen);
            return tape.gradient(f(way.apply(frozen), frozen), frozen);
          }
        });
    places.put(
        "nested tapes",
        (w, way) -> {
          try (GradientTape outer = new GradientTape()) {
            Tensor slope;
            try (GradientTape inner = new GradientTape()) {
              slope = inner.gradient(f(way.apply(w), way.apply(w)), w);
            }
            Tensor curvature = outer.gradient(slope, w); // 6 x
            return curvature.mul(w).mul(0.5f).add(2);
          }
        });
    places.put(
        "traced",
        (w, way) ->
            TracedFunction.of("step", () -> gradient(w, () -> f(way.apply(w), way.apply(w))))
                .call());
    places.put(
        "around a trace",
        (w, way) -> gradient(w, TracedFunction.of("loss", () -> f(way.apply(w), w))::call));
    places.put(
        "around a recomputation",
        (w, way) -> gradient(w, () -> Gradients.recompute(x -> f(way.apply(w), x[0]), w.value())));
    places.put(
        "in a loop",
        (w, way) ->
            gradient(
                w,
                () ->
                    ControlFlow.whileLoop(
                            s -> s.get(0).less(2),
                            s ->
                                List.of(
                                    s.get(0).add(1), s.get(1).add(f(way.apply(w), w).mul(0.5f))),
                            List.of(0, 0f))
                        .get(1)));
    places.put(
        "in a traced loop",
        (w, way) ->
            gradient(
                w,
                TracedFunction.of(
                        "loop",
                        () ->
                            ControlFlow.accumulate(
                                    (sum, x) -> sum.add(f(way.apply(w), w).mul(x)),
                                    0f,
                                    new float[] {0.25f, 0.75f})
                                .get(-1))
                    ::call));
    places.put(
        "jvp",
        (w, way) -> {
          Tensor[] slopes = new Tensor[3];
          for (int i = 0; i < 3; i++) {
            slopes[i] =
                Gradients.jvp(
                        x -> f(x[0], x[0]),
                        List.of(way.apply(w)),
                        List.of(Indexing.oneHot(i, 3, w.dtype())))
                    .tangent();
          }
          return Joining.stack(0, (Object[]) slopes);
        });
    places.put(
        "an optimizer",
        (w, way) -> {
          Variable copy = Variable.of(w, "copy");
          Tensor before = copy.value();
          new Descent(1).minimize(() -> f(way.apply(copy), copy), List.of(copy));
          return before.sub(copy);
        });
    return places;
  }

  private static Tensor gradient(Variable w, Supplier<Tensor> loss) {
    try (GradientTape tape = new GradientTape()) {
      return tape.gradient(loss.get(), w);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyWayCarriesTheGradientEverywhere() {
    return ways().entrySet().stream()
        .flatMap(
            way ->
                places().entrySet().stream()
                    .map(
                        place ->
                            dynamicTest(
                                way.getKey() + ", " + place.getKey(),
                                () -> {
                                  Variable w = Variable.of(START, "w");
                                  Tensor slope = place.getValue().apply(w, way.getValue());
                                  assertArrayEquals(
                                      new float[] {5, 14, 29}, slope.toFloatArray(), 1e-4f);
                                })));
  }

  @Test
  void aValueStaysWhenItsVariableIsAssignedTo() {
    Variable w = Variable.of(START, "w");
    for (int i = 0; i < 2; i++) {
      w.assign(START);
      Supplier<Tensor> loss =
          () -> {
            Tensor value = w.value();
            w.assign(w.value().mul(2)).assignAdd(1).assignSub(w.reading());
            w.at(0).assign(value.get(0));
            w.at(1).assignAdd(value.get(1));
            w.at(2).assignSub(value.get(2).neg());
            return f(value, w.value());
          };
      Tensor slope = gradient(w, i == 0 ? loss : TracedFunction.of("loss", loss)::call);
      assertArrayEquals(new float[] {5, 14, 29}, slope.toFloatArray(), 1e-4f);
    }
  }

  @Test
  void whatSaysSoCarriesNone() {
    Map<String, Function<Variable, Object>> ways =
        Map.of(
            "stopGradient", w -> Gradients.stopGradient(w.value()),
            "array", w -> w.value().toFloatArray(),
            "memory", Variable::memory,
            "item", w -> w.value().get(0).item());
    ways.forEach(
        (name, way) -> {
          Variable w = Variable.of(START, "w");
          try (GradientTape tape = GradientTape.persistent()) {
            Tensor constant = Maths.mul(way.apply(w), Tensor.of(1f));
            assertNull(tape.gradient(constant, List.of(w)).getFirst(), name);
            float[] slope = tape.gradient(constant.mul(w), w).toFloatArray();
            assertEquals(1, slope[0], name);
          }
        });
  }

  @Test
  void whatWasReadBeforeTheTapeIsAConstant() {
    Variable w = Variable.of(3f, "w");
    Tensor value = w.value();
    Tensor reading = w.reading();
    try (GradientTape outer = GradientTape.persistent()) {
      Tensor between = w.reading();
      try (GradientTape tape = GradientTape.persistent()) {
        assertEquals(3, tape.gradient(value.mul(w), w).item());
        assertEquals(3, tape.gradient(reading.mul(w), w).item());
        assertEquals(3, tape.gradient(between.mul(w), w).item());
        assertEquals(6, tape.gradient(w.reading().mul(w.reading()), w).item());
        assertNull(tape.gradient(between.mul(reading), w));
      }
      assertEquals(3, outer.gradient(reading.mul(w), w).item());
      assertEquals(6, outer.gradient(between.mul(w), w).item());
      try (GradientTape.Pause pause = outer.stopRecording()) {
        between = w.reading();
      }
      assertEquals(3, outer.gradient(between.mul(w), w).item());
    }
  }

  @Test
  void aMissingGradientSaysWhy() {
    Variable w = Variable.of(3f, "w");
    Variable frozen = Variable.untrainable(2f, "frozen");
    Variable step = Variable.of(1, "step");
    Tensor before = w.reading();
    Tensor constant = Tensor.of(1f);
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor loss = before.mul(frozen).mul(constant);
      GradientList gradients = tape.gradient(loss, List.of(w, frozen, step, constant));
      List<String> reasons =
          List.of(
              "it was not used while the tape was recording; what was read from it before is a"
                  + " constant",
              "it is not trainable and it was not watched",
              "it is int32, and only floating point numbers have gradients",
              "it was neither watched nor computed from a watched tensor while the tape was recording");
      for (int i = 0; i < reasons.size(); i++) {
        assertEquals(reasons.get(i), gradients.reason(i));
      }
    }
    try (GradientTape tape = new GradientTape().manual()) {
      assertEquals(
          "the tape is manual and it was not watched",
          tape.gradient(w.mul(2), List.of(w)).reason(0));
    }
  }

  @Test
  void theExampleOfAStep() {
    Variable v = Variable.of(new float[] {1, 2}, "v");
    new Descent(0.1).minimize(() -> v.mul(1f).sum().add(Maths.square(v.value()).sum()), List.of(v));
    assertArrayEquals(new float[] {0.7f, 1.5f}, v.value().toFloatArray(), 1e-6f);
  }
}
