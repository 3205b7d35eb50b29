package dev.tapedeck.function;

import static dev.tapedeck.function.ControlFlow.accumulate;
import static dev.tapedeck.function.ControlFlow.cond;
import static dev.tapedeck.function.ControlFlow.scan;
import static dev.tapedeck.function.ControlFlow.switchCase;
import static dev.tapedeck.function.ControlFlow.whileLoop;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlFlowTest {
  private static final Tensor MATRIX = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
  private static final Variable W = Variable.of(new double[] {0.5, -0.25}, "w");

  private static Tensor power(Tensor x) {
    return whileLoop(
            in -> in.get(0).less(3),
            in -> List.of(in.get(0).add(1), Maths.sin(in.get(1)).mul(x).add(W)),
            List.of(0, x))
        .get(1);
  }

  private static Tensor nested(Tensor x) {
    return whileLoop(
            in -> in.get(0).less(2),
            in ->
                List.of(
                    in.get(0).add(1),
                    whileLoop(
                            inner -> inner.get(0).less(in.get(0).add(1)),
                            inner -> List.of(inner.get(0).add(1), inner.get(1).mul(W).add(x)),
                            List.of(0, in.get(1)))
                        .get(1)),
            List.of(0, x))
        .get(1);
  }

  private static Tensor cell(Tensor x) {
    ControlFlow.Step<List<Tensor>, List<Tensor>> step =
        scan(
            (carried, slice) -> {
              Tensor next = Maths.tanh(carried.getFirst().mul(W).add(slice.getFirst()));
              return new ControlFlow.Step<>(List.of(next), List.of(next.mul(slice.getFirst())));
            },
            List.of(x),
            List.of(x.mul(MATRIX)));
    return step.carried().getFirst().add(step.given().getFirst().sum(0));
  }

  private record Counted(Tensor i, Tensor x) {}

  private record Nest(List<Tensor> parts, Map<String, Tensor> named, String label, Counted last) {}

  private record Pair(Tensor a, Tensor b) {}

  private static Tensor recordPower(Tensor x) {
    return whileLoop(
            s -> s.i().less(3),
            s -> new Counted(s.i().add(1), Maths.sin(s.x()).mul(x).add(W)),
            new Counted(Tensor.of(0), x))
        .x();
  }

  private static Tensor nest(Tensor x) {
    Nest last =
        whileLoop(
            s -> s.last().i().less(2),
            s ->
                new Nest(
                    List.of(s.last().x(), s.parts().getFirst()),
                    Map.of("w", s.named().get("w").mul(W)),
                    s.label(),
                    new Counted(s.last().i().add(1), s.last().x().mul(s.parts().get(1)))),
            new Nest(List.of(x, x.mul(x)), Map.of("w", x), "kept", new Counted(Tensor.of(0), x)));
    assertEquals("kept", last.label());
    return last.parts().get(0).add(last.parts().get(1)).add(last.named().get("w"));
  }

  private static Tensor recordCell(Tensor x) {
    ControlFlow.Step<Counted, Pair> step =
        scan(
            (carried, slice) -> {
              Tensor next = Maths.tanh(carried.x().mul(W).add(slice.a()));
              return new ControlFlow.Step<>(
                  new Counted(carried.i().add(1), next), new Pair(next, next.mul(slice.b())));
            },
            new Counted(Tensor.of(0), x),
            new Pair(x.mul(MATRIX), x.add(MATRIX)));
    return step.carried()
        .x()
        .mul(step.carried().i().cast(DType.FLOAT64))
        .add(step.given().a().sum(0))
        .add(step.given().b().sum(0));
  }

  /** The slices, and what is given, need not be records. */
  private static Tensor tensorCell(Tensor x) {
    ControlFlow.Step<Counted, Tensor> step =
        scan(
            (carried, slice) ->
                new ControlFlow.Step<>(
                    new Counted(carried.i(), carried.x().mul(slice)), carried.x().add(slice)),
            new Counted(Tensor.of(0), x),
            x.mul(MATRIX));
    return step.carried().x().add(step.given().sum(0));
  }

  private static Tensor drawn(Tensor x) {
    return whileLoop(
            in -> in.get(0).less(3),
            in ->
                List.of(
                    in.get(0).add(1),
                    in.get(1)
                        .mul(x)
                        .mul(Randoms.uniform(RandomKey.next(), DType.FLOAT64, 0, 1, 2))),
            List.of(0, x))
        .get(1);
  }

  private static Tensor drawnBranch(Tensor x) {
    return cond(
        x.sum().greater(0),
        () -> x.mul(x).mul(Randoms.uniform(RandomKey.next(), DType.FLOAT64, 0, 1, 2)),
        () -> x.mul(W));
  }

  private static final Map<String, UnaryOperator<Tensor>> FUNCTIONS = new LinkedHashMap<>();

  static {
    FUNCTIONS.put("cond", x -> cond(x.sum().greater(0), () -> x.mul(x).mul(W), () -> Maths.exp(x)));
    FUNCTIONS.put(
        "cond in cond",
        x ->
            cond(
                x.sum().greater(0),
                () -> cond(x.max().greater(2), () -> x.mul(W), () -> x.mul(x).mul(x)),
                () -> x.mul(2)));
    FUNCTIONS.put(
        "switchCase",
        x ->
            switchCase(
                    x.max().cast(DType.INT32),
                    List.of(
                        () -> List.of(x.mul(W)),
                        () -> List.of(Maths.square(x).mul(x)),
                        () -> List.of(x)))
                .getFirst());
    FUNCTIONS.put("whileLoop", ControlFlowTest::power);
    FUNCTIONS.put("whileLoop in whileLoop", ControlFlowTest::nested);
    FUNCTIONS.put("scan", ControlFlowTest::cell);
    FUNCTIONS.put("whileLoop over a record", ControlFlowTest::recordPower);
    FUNCTIONS.put("whileLoop over a nest", ControlFlowTest::nest);
    FUNCTIONS.put("scan over records", ControlFlowTest::recordCell);
    FUNCTIONS.put("scan over a record and a tensor", ControlFlowTest::tensorCell);
    FUNCTIONS.put("accumulate", x -> accumulate((a, b) -> a.mul(b).add(W.sum()), 1.0, x));
    FUNCTIONS.put("draws in a loop", ControlFlowTest::drawn);
    FUNCTIONS.put("draws in a branch", ControlFlowTest::drawnBranch);
    FUNCTIONS.put(
        "cond in whileLoop",
        x ->
            whileLoop(
                    in -> in.get(0).less(4),
                    in ->
                        List.of(
                            in.get(0).add(1),
                            cond(
                                in.get(0).mod(2).equal(0),
                                () -> in.get(1).mul(x),
                                () -> Maths.sin(in.get(1)))),
                    List.of(0, x))
                .get(1));
  }

  static Stream<Arguments> functions() {
    return FUNCTIONS.keySet().stream()
        .flatMap(
            name ->
                Stream.of(new double[] {0.5, 1.25}, new double[] {-0.5, -1.25}, new double[] {3, 1})
                    .map(x -> Arguments.of(name, x)));
  }

  /** The value, the gradients for input and variable, and the derivatives of their sum. */
  private static List<Tensor> derivatives(UnaryOperator<Tensor> function, Tensor x) {
    try (GradientTape outer = new GradientTape()) {
      outer.watch(x);
      Tensor y;
      List<Tensor> first;
      try (GradientTape inner = new GradientTape()) {
        inner.watch(x);
        y = function.apply(x);
        first = inner.gradient(y, List.of(x, W)).stream().toList();
      }
      List<Tensor> all = new ArrayList<>(List.of(y));
      Tensor sum = null;
      for (Tensor gradient : first) {
        all.add(gradient);
        if (gradient != null) {
          sum = sum == null ? gradient.sum() : sum.add(gradient.sum());
        }
      }
      all.addAll(outer.gradient(sum, List.of(x, W)));
      return all;
    }
  }

  private static List<double[]> values(List<Tensor> tensors) {
    return tensors.stream().map(t -> t == null ? new double[2] : t.toDoubleArray()).toList();
  }

  private static void assertNear(List<Tensor> expected, List<Tensor> actual) {
    List<double[]> a = values(expected);
    List<double[]> b = values(actual);
    assertEquals(a.size(), b.size());
    for (int i = 0; i < a.size(); i++) {
      assertArrayEquals(
          a.get(i),
          b.get(i),
          1e-12,
          i + ": " + Arrays.toString(a.get(i)) + Arrays.toString(b.get(i)));
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void gradientsInsideAreThoseOfEagerCode(String name, double[] at) {
    UnaryOperator<Tensor> function = FUNCTIONS.get(name);
    TracedFunction<List<Tensor>> traced =
        TracedFunction.of(name, (Tensor x) -> derivatives(function, x));
    for (int call = 0; call < 2; call++) {
      RandomKey.seed(5);
      List<Tensor> eager = derivatives(function, Tensor.of(at));
      RandomKey.seed(5);
      assertNear(eager, traced.call(at));
    }
    assertEquals(1, traced.concreteFunctions().getFirst().graphs().size());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void gradientsFromOutsideAreThoseOfEagerCode(String name, double[] at) {
    UnaryOperator<Tensor> function = FUNCTIONS.get(name);
    TracedFunction<Tensor> traced = TracedFunction.of(name, (Tensor x) -> function.apply(x));
    for (int call = 0; call < 2; call++) {
      RandomKey.seed(5);
      List<Tensor> eager = derivatives(function, Tensor.of(at));
      RandomKey.seed(5);
      assertNear(eager, derivatives(x -> traced.call(x), Tensor.of(at)));
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void valuesAloneAreThoseOfEagerCode(String name, double[] at) {
    UnaryOperator<Tensor> function = FUNCTIONS.get(name);
    TracedFunction<Tensor> traced = TracedFunction.of(name, (Tensor x) -> function.apply(x));
    for (int call = 0; call < 2; call++) {
      RandomKey.seed(5);
      String eager = function.apply(Tensor.of(at)).toString();
      RandomKey.seed(5);
      assertEquals(eager, traced.call(Tensor.of(at)).toString());
    }
  }

  /** Without a gradient nothing is kept of the iterations. */
  @Test
  void longLoopsNeedNoMemory() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) ->
                whileLoop(
                        in -> in.get(0).less(2000),
                        in -> List.of(in.get(0).add(1), in.get(1).mul(0.5).add(x)),
                        List.of(0, x))
                    .get(1));
    Tensor x = Tensor.ones(DType.FLOAT64, 10_000);
    f.call(x);
    long before = Memory.stats().live();
    Tensor y = f.call(x);
    assertTrue(Memory.stats().live() - before < 10 * 80_000, Memory.stats()::toString);
    assertEquals(2, y.toDoubleArray()[0]);
  }

  @Test
  void aLoopWhoseBodyReturnsAnotherNumberIsRefused() {
    for (boolean more : new boolean[] {false, true}) {
      TracedFunction<Tensor> f =
          TracedFunction.of(
              "f",
              (Tensor x) ->
                  whileLoop(
                          in -> in.get(0).less(3),
                          in -> more ? List.of(x, x) : List.of(),
                          List.of(x))
                      .get(0));
      String message =
          assertThrows(IllegalArgumentException.class, () -> f.call(Tensor.of(1))).getMessage();
      assertTrue(message.contains("carried tensors as it takes, 1, received"), message);
    }
  }

  private record Labelled(Tensor i, Object label) {}

  private static Tensor relabelled(Tensor x) {
    return whileLoop(s -> s.i().less(3), s -> new Labelled(s.i().add(1), "b"), new Labelled(x, "a"))
        .i();
  }

  @Test
  void aLoopOverARecordKeepsItsStructure() {
    TracedFunction<Tensor> traced = TracedFunction.of("f", ControlFlowTest::relabelled);
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(ControlFlowTest::relabelled, traced::call)) {
      assertEquals(
          "whileLoop: needs a body that returns the structure it takes, Labelled[i=int32 Tensor,"
              + " shape=(), label=\"a\"], received Labelled[i=int32 Tensor, shape=(), label=\"b\"];"
              + " use tensors for values that change",
          assertThrows(IllegalArgumentException.class, () -> f.apply(Tensor.of(0))).getMessage());
    }
    assertEquals(
        "whileLoop: needs a body that returns the types and shapes it takes, [int32 (), int32 ()], received [int32 (),"
            + " float32 ()]; cast or reshape its results, or start with tensors like them",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    whileLoop(
                        s -> s.a().less(3),
                        s -> new Pair(s.a(), Tensor.of(0.5f)),
                        new Pair(Tensor.of(0), Tensor.of(0))))
            .getMessage());
  }

  @Test
  void javaCodeInsideAGraph() {
    List<String> seen = new ArrayList<>();
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) ->
                JavaFunction.javaFunction(
                    in -> {
                      seen.add(Arrays.deepToString((float[][]) in.toArray()));
                      return Maths.square(in);
                    },
                    x.spec(),
                    x));
    assertEquals("[[4.]]", text(f.call(Tensor.of(new float[][] {{2}}))));
    assertEquals("[[9.]]", text(f.call(Tensor.of(new float[][] {{3}}))));
    assertEquals(List.of("[[2.0]]", "[[3.0]]"), seen);
  }

  private static String text(Tensor tensor) {
    String all = tensor.toString();
    return all.substring("Tensor(".length(), all.indexOf(", shape"));
  }
}
