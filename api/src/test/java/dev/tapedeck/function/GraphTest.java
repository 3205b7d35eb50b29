package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GraphTest {
  private static final TensorSpec PAIR = new TensorSpec(DType.FLOAT32, Shape.of(2));

  private final Tensor x = Tensor.of(new float[] {1, 2});
  private final Variable w = Variable.of(new float[] {3, -0.5f}, "w");

  /** Traces a function of one pair. */
  private static Graph trace(UnaryOperator<Tensor> function) {
    return Graph.trace(in -> List.of(function.apply(in.getFirst())), List.of(PAIR));
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
  }

  private static void assertSameValues(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.toString(), actual.toString());
  }

  /** A loss, its gradients by variable and input, and the derivative of the former's sum. */
  private List<Tensor> step(List<Tensor> in) {
    Tensor input = in.getFirst();
    try (GradientTape outer = new GradientTape()) {
      Tensor loss;
      List<Tensor> gradients;
      try (GradientTape inner = new GradientTape()) {
        inner.watch(input);
        loss = Maths.tanh(input.mul(w).mul(w)).sum();
        gradients = inner.gradient(loss, List.of(w, input));
      }
      List<Tensor> all = new ArrayList<>(List.of(loss));
      all.addAll(gradients);
      all.add(outer.gradient(gradients.getFirst(), w));
      return all;
    }
  }

  @Test
  void runsAsTheFunctionDoes() {
    Graph graph = Graph.trace(this::step, List.of(PAIR));
    assertSameValues(step(List.of(x)), graph.run(x));
    w.assign(new float[] {0.25f, 1});
    assertSameValues(step(List.of(x)), graph.run(x));
    Tensor other = Tensor.of(new float[] {-1, 0.5f});
    assertSameValues(step(List.of(other)), graph.run(other));
  }

  @Test
  void tapesOutsideRecordWhatRuns() {
    Graph graph = trace(in -> Maths.square(in.mul(w)));
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = graph.run(x).getFirst();
      List<Tensor> gradients = tape.gradient(y, List.of(w, x));
      assertArrayEquals(new float[] {6, -4}, gradients.get(0).toFloatArray());
      assertArrayEquals(new float[] {18, 1}, gradients.get(1).toFloatArray());
    }
  }

  @Test
  void tapesOutsideDoNotRecordTheTracing() {
    Tensor[] inside = new Tensor[1];
    try (GradientTape tape = new GradientTape()) {
      trace(in -> inside[0] = in.mul(w));
      assertEquals(null, tape.gradient(inside[0], List.of(w)).getFirst());
    }
  }

  @Test
  void constantsAreCapturedForGood() {
    Graph graph;
    try (Scope scope = new Scope()) {
      graph = trace(in -> in.add(1).mul(new float[] {10, 100}));
    }
    assertArrayEquals(new float[] {20, 300}, graph.run(x).getFirst().toFloatArray());
    assertArrayEquals(new float[] {20, 300}, graph.run(x).getFirst().toFloatArray());
  }

  @Test
  void inputsAndConstantsCanBeOutputs() {
    Graph graph = Graph.trace(in -> List.of(in.get(1), x, in.get(0)), List.of(PAIR, PAIR));
    Tensor y = Tensor.of(new float[] {5, 6});
    Tensor z = Tensor.of(new float[] {7, 8});
    assertEquals(List.of(z, x, y), graph.run(y, z));
  }

  @Test
  void aGraphRunsInTheTraceOfAnother() {
    Graph square = trace(Maths::square);
    Graph fourth = trace(in -> square.run(square.run(in).getFirst()).getFirst());
    assertEquals("Square:0 = square(Input:0)\nSquare_1:0 = square(Square:0)", fourth.toString());
    assertArrayEquals(new float[] {1, 16}, fourth.run(x).getFirst().toFloatArray());
  }

  @Test
  void printsACallALine() {
    Tensor matrix = Tensor.of(new float[][] {{1, 2}, {3, 4}});
    Graph graph = trace(in -> in.add(w).add(w).add(1).mul(matrix));
    assertEquals(
        """
        Read:0 = read()
        Add:0 = add(Input:0, Read:0)
        Read_1:0 = read()
        Add_1:0 = add(Add:0, Read_1:0)
        Add_2:0 = add(Add_1:0, Tensor(1.0, shape=(), dtype=float32))
        Mul:0 = mul(Add_2:0, float32 (2, 2))""",
        graph.toString());
    assertEquals(6, graph.nodes().size());
    assertEquals("mul", graph.nodes().getLast().op().name());
  }

  @Test
  void symbolicTensorsPrintTheirNames() {
    TensorSpec spec = new TensorSpec(DType.INT32, Shape.of(3));
    List<String> printed = new ArrayList<>();
    Graph.trace(
        in -> {
          List<Tensor> tensors = List.of(in.get(0), in.get(1), in.get(0).add(in.get(1)));
          tensors.forEach(t -> printed.add(t.toString()));
          return tensors;
        },
        List.of(spec, spec));
    assertEquals(
        List.of(
            "Tensor(\"Input:0\", shape=(3,), dtype=int32)",
            "Tensor(\"Input_1:0\", shape=(3,), dtype=int32)",
            "Tensor(\"Add:0\", shape=(3,), dtype=int32)"),
        printed);
  }

  static Stream<Consumer<Tensor>> readings() {
    return Stream.of(
        Tensor::item,
        Tensor::toArray,
        Tensor::toDoubleArray,
        Tensor::toFloatArray,
        Tensor::toLongArray,
        Tensor::toIntArray,
        Tensor::toBooleanArray,
        Tensor::toINDArray);
  }

  @ParameterizedTest
  @MethodSource("readings")
  void symbolicTensorsHaveNoValue(Consumer<Tensor> reading) {
    assertRefused(
        "Tensor(\"Input:0\", shape=(2,), dtype=float32) has no value while its function is being"
            + " traced, and a trace cannot hold for one float32 number only; compare it with ops and"
            + " read the bool, as in x.less(1).toBoolean(), return it from the function, hand it to"
            + " javaFunction, or run eagerly",
        () ->
            trace(
                in -> {
                  reading.accept(in);
                  return in;
                }));
    assertTrue(Dispatch.executingEagerly());
  }

  @Test
  void executesEagerlyExceptWhileTracing() {
    List<Boolean> eager = new ArrayList<>();
    trace(
        in -> {
          eager.add(Dispatch.executingEagerly());
          trace(Maths::square);
          eager.add(Dispatch.executingEagerly());
          return in;
        });
    assertEquals(List.of(false, false), eager);
    assertTrue(Dispatch.executingEagerly());
    assertFalse(Dispatch.isRecording());
  }

  @Test
  void variablesAreAssignedToWhenTheGraphRuns() {
    Graph graph =
        trace(
            in -> {
              w.assign(in);
              return w.mul(2);
            });
    assertArrayEquals(new float[] {3, -0.5f}, w.value().toFloatArray());
    assertArrayEquals(new float[] {2, 4}, graph.run(x).getFirst().toFloatArray());
    assertArrayEquals(new float[] {1, 2}, w.value().toFloatArray());
  }

  @Test
  void symbolicTensorsStayInTheirTrace() {
    List<Tensor> kept = new ArrayList<>();
    trace(
        in -> {
          kept.add(in);
          return in;
        });
    Tensor stray = kept.getFirst();
    String outside =
        ": Tensor(\"Input:0\", shape=(2,), dtype=float32) was used outside the function it was"
            + " traced in";
    assertRefused("add" + outside, () -> stray.add(1));
    assertRefused("add" + outside, () -> trace(in -> in.add(stray)));
    assertRefused("graph" + outside, () -> trace(in -> stray));
    assertRefused(
        "square" + outside, () -> trace(in -> trace(inner -> Maths.square(in)).run(in).getFirst()));
    assertTrue(Dispatch.executingEagerly());
  }

  static Stream<Arguments> wrongInputs() {
    Tensor pair = Tensor.of(new float[] {1, 2});
    String needs = "graph: needs float32 (2,) as input 1, received ";
    return Stream.of(
        Arguments.of(
            List.of(pair), "graph: needs 2 inputs, received 1; pass one for each parameter"),
        Arguments.of(
            List.of(pair, pair, pair),
            "graph: needs 2 inputs, received 3; pass one for each parameter"),
        Arguments.of(
            List.of(pair, pair.reshape(2, 1)), needs + "float32 (2, 1); trace again for it"),
        Arguments.of(
            List.of(pair, Tensor.of(new double[] {1, 2})),
            needs + "float64 (2,); trace again for it"));
  }

  @ParameterizedTest
  @MethodSource("wrongInputs")
  void inputsMustBeAsTraced(List<Tensor> inputs, String message) {
    Graph graph = Graph.trace(in -> List.of(in.get(0).add(in.get(1))), List.of(PAIR, PAIR));
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> graph.run(inputs.toArray(new Tensor[0])));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void inlinedGraphsHaveTheCallsOfTheGraphsThatTheyCall() {
    TracedFunction<Tensor> inner = TracedFunction.of("inner", (Tensor t) -> Maths.tanh(t.mul(w)));
    UnaryOperator<Tensor> twice =
        t ->
            Dispatch.nameScope(
                "outer", () -> Gradients.recompute(in -> inner.call(in[0]), inner.call(t)));
    Graph graph = trace(t -> twice.apply(t).add(1));
    Graph inlined = graph.inlined();
    assertEquals(
        """
        outer/inner/Read:0 = read()
        outer/inner/Mul:0 = mul(Input:0, outer/inner/Read:0)
        outer/inner/Tanh:0 = tanh(outer/inner/Mul:0)
        outer/inner/Mul_1:0 = mul(outer/inner/Tanh:0, outer/inner/Read:0)
        outer/inner/Tanh_1:0 = tanh(outer/inner/Mul_1:0)
        Add:0 = add(outer/inner/Tanh_1:0, Tensor(1.0, shape=(), dtype=float32))\
        """,
        inlined.toString());
    assertSameValues(graph.run(x), inlined.run(x));
  }
}
