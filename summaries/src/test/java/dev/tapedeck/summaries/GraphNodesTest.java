package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads graphs of traced functions with TensorFlow. */
class GraphNodesTest {
  private static final TensorSpec NUMBER = new TensorSpec(DType.FLOAT32, Shape.of());

  private static final Tensor ONE = Tensor.of(1f);

  @TempDir Path temp;

  @SuppressWarnings("unused") // found by reflection
  private static final class Encoder extends Layer {
    private final Layer hidden = new Linear(3);

    @Override
    protected Tensor call(Tensor x) {
      return Maths.square(hidden.apply(hidden.apply(x)));
    }
  }

  @SuppressWarnings("unused") // found by reflection
  private static final class Nested extends Model {
    private final Encoder encoder = new Encoder();
    private final Map<String, Layer> heads = Map.of("größe 1", new Linear(1));

    @Override
    protected Tensor call(Tensor x) {
      return heads.get("größe 1").apply(encoder.apply(x));
    }

    Tensor step(Tensor x) {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = apply(x).mean();
        List<Tensor> gradients = tape.gradient(loss, trainableVariables());
        for (int i = 0; i < gradients.size(); i++) {
          trainableVariables().get(i).assignSub(gradients.get(i).mul(0.5f));
        }
        Summaries.scalar("loss", loss);
        return loss;
      }
    }
  }

  /** Returns a step of training, for batches of any size. */
  static ConcreteFunction nested() {
    return TracedFunction.of("step", new Nested()::step)
        .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, 3)))
        .concreteFunction(Tensor.ones(DType.FLOAT32, 2, 3));
  }

  private byte[] written(Consumer<SummaryWriter> graph) throws Exception {
    try (SummaryWriter writer = SummaryWriter.open(temp)) {
      graph.accept(writer);
    }
    List<Event> events = EventReader.events(EventReader.onlyFile(temp));
    return events.get(1).getGraphDef().toByteArray();
  }

  /** Returns the nodes as TensorFlow reads them: name, op, inputs, type, shapes and value. */
  private List<String> read(Consumer<SummaryWriter> graph) throws Exception {
    Path file = Files.createTempFile("graph", ".pb");
    try {
      Files.write(file, written(graph));
      return Python.run(temp, GraphNodesTest.class, "graph_def.py", file);
    } finally {
      Files.delete(file);
    }
  }

  private List<String> names(Consumer<SummaryWriter> graph) throws Exception {
    return GraphDef.parseFrom(written(graph)).getNodeList().stream().map(NodeDef::getName).toList();
  }

  private static List<String> matching(List<String> lines, Predicate<String> wanted) {
    return lines.stream().filter(wanted).toList();
  }

  @Test
  void callsInputsConstantsAndOutputs() throws Exception {
    Graph graph =
        Graph.trace(
            in -> {
              Tensor product = in.get(0).mul(in.get(1));
              return List.of(product.add(in.get(2)), product.mul(2f), Tensor.of(3));
            },
            List.of(NUMBER, NUMBER, NUMBER));
    assertEquals(
        """
        Mul:0 = mul(Input:0, Input_1:0)
        Add:0 = add(Mul:0, Input_2:0)
        Mul_1:0 = mul(Mul:0, Tensor(2.0, shape=(), dtype=float32))""",
        graph.toString());
    assertEquals(
        List.of(
            "Input Placeholder float32 []",
            "Input_1 Placeholder float32 []",
            "Input_2 Placeholder float32 []",
            "Mul Mul Input Input_1 float32 []",
            "Add Add Mul Input_2 float32 []",
            "Const Const float32 [] 2.0",
            "Mul_1 Mul Mul Const float32 []",
            "Identity Identity Add float32 []",
            "Identity_1 Identity Mul_1 float32 []",
            "Const_1 Const int32 [] 3",
            "Identity_2 Identity Const_1 int32 []"),
        read(writer -> writer.graph(graph)));
  }

  /** The graphs that TensorFlow's introductions draw. */
  @Test
  void aProductThatIsUsedTwice() throws Exception {
    TracedFunction<List<Tensor>> f =
        TracedFunction.ofAll(
            "f",
            in -> {
              Tensor a = (Tensor) in.get(0);
              Tensor b = (Tensor) in.get(1);
              Tensor c = (Tensor) in.get(2);
              return List.of(a.mul(b).add(c), a.mul(b).mul(c));
            });
    Graph traced = f.concreteFunction(ONE, ONE, ONE).graph();
    assertTrue(traced.toString().startsWith("Mul:0 = mul(Input:0, Input_1:0)\n"));
    List<String> names = names(writer -> writer.graph(f.concreteFunctions().getFirst()));
    assertEquals(List.of("Input", "Input_1", "Input_2", "Mul"), names.subList(0, 4));
    assertEquals(3 + traced.nodes().size() + 2, names.size());
  }

  @Test
  void layersAndGradientsAreScopesAndVariablesAreShared() throws Exception {
    List<String> lines = read(writer -> writer.graph(nested()));
    assertTrue(lines.contains("Input Placeholder float32 [-1, 3]"), () -> "" + lines);
    assertEquals(
        List.of(
            "nested/encoder/hidden/kernel VarHandleOp float32 [3, 3]",
            "nested/heads/gr__e_1/kernel VarHandleOp float32 [3, 1]"),
        matching(lines, line -> line.contains("VarHandleOp")));
    assertTrue(
        lines.contains(
            "nested/encoder/hidden/Read Read nested/encoder/hidden/kernel float32 [3, 3]"),
        () -> "" + lines);
    assertTrue(
        lines.contains(
            "nested/encoder/hidden/MatMul MatMul Input nested/encoder/hidden/Read float32 [-1, 3]"),
        () -> "" + lines);
    assertEquals(1, matching(lines, line -> line.startsWith("nested/encoder/Square ")).size());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("gradients/")), () -> "" + lines);
    assertEquals(1, matching(lines, line -> line.startsWith("ScalarSummary ")).size());
  }

  @Test
  void callsWithEffectsKeepTheirOrder() throws Exception {
    Variable v = Variable.of(1f, "v");
    Variable w = Variable.of(1f, "w");
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor before = v.value();
              v.assign(x);
              w.assign(x);
              v.assign(before);
              Summaries.text("a", "b");
              Summaries.text("a", "c");
              return v.add(w);
            });
    assertEquals(
        List.of(
            "Input Placeholder float32 []",
            "v VarHandleOp float32 []",
            "Read Read v float32 []",
            "Value Value v Read float32 []",
            "Assign Assign v Input ^Read ^Value",
            "w VarHandleOp float32 []",
            "Assign_1 Assign w Input",
            "Assign_2 Assign v Value ^Assign",
            "TextSummary TextSummary",
            "TextSummary_1 TextSummary ^TextSummary",
            "Read_1 Read v ^Assign_2 float32 []",
            "Read_2 Read w ^Assign_1 float32 []",
            "Add Add Read_1 Read_2 float32 []",
            "Identity Identity Add float32 []"),
        read(writer -> writer.graph(f.concreteFunction(ONE))));
  }

  @Test
  void waysThroughJavaCodeAreScopes() throws Exception {
    Variable v = Variable.of(2f, "v");
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f", (Tensor x) -> x.less(0f).toBoolean() ? x.mul(v) : Maths.square(x.add(v)));
    f.call(ONE);
    f.call(ONE.neg());
    List<String> names = names(writer -> writer.graph(f.concreteFunctions().getFirst()));
    for (String path : List.of("path_0/", "path_1/")) {
      List<String> own = names.stream().filter(name -> name.startsWith(path)).toList();
      assertTrue(
          own.containsAll(List.of(path + "Input", path + "Less", path + "v")), own::toString);
    }
    assertTrue(names.containsAll(List.of("path_0/Square", "path_1/Mul")), names::toString);
  }

  @Test
  void largeConstantsAreDrawnWithoutTheirValues() {
    Graph graph = Graph.trace(in -> List.of(Tensor.zeros(DType.FLOAT32, 1000)), List.of());
    assertTrue(GraphNodes.graphDef(List.of(graph)).length < 500);
  }

  @Test
  void refusesWhatHasNotBeenTraced() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              throw new IllegalStateException("no");
            });
    assertThrows(IllegalStateException.class, () -> f.call(ONE));
    try (SummaryWriter writer = SummaryWriter.open(temp)) {
      var untraced = f.concreteFunctions().getFirst();
      var e = assertThrows(IllegalArgumentException.class, () -> writer.graph(untraced));
      assertEquals("SummaryWriter.graph: f has not been traced; call it first", e.getMessage());
    }
  }
}
