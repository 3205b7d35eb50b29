package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused") // fields of the layers here are read by reflection
class LayerGraphTest {
  private static final float[][] ROW = {{1, 2}};

  /** Hands its input on. */
  private static final class Through extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x;
    }
  }

  /** A model of layers {@code a}, {@code b} and {@code c}. */
  private static final class Three extends Model {
    private final Layer a;
    private final Layer b;
    private final Layer c;
    private final Function<Three, Function<Tensor, Tensor>> call;

    Three(Layer a, Layer b, Layer c, Function<Three, Function<Tensor, Tensor>> call) {
      this.a = a;
      this.b = b;
      this.c = c;
      this.call = call;
    }

    @Override
    protected Tensor call(Tensor x) {
      return call.apply(this).apply(x);
    }
  }

  /** Returns lines such as {@code b:Linear(a, input_layer) float32 (1, 2)}, then the outputs. */
  private static List<String> lines(Model model) {
    model.apply(ROW);
    LayerGraph graph = model.layerGraph();
    List<String> lines = new ArrayList<>();
    for (LayerGraph.Node node : graph.nodes()) {
      for (LayerGraph.Call call : node.calls()) {
        lines.add(
            node.name()
                + ":"
                + node.type()
                + "("
                + names(call.inputs())
                + ") "
                + call.outputs().getFirst());
      }
    }
    lines.add(names(graph.outputs()));
    return lines;
  }

  private static String names(List<LayerGraph.Source> sources) {
    return sources.stream()
        .map(source -> source.layer() + (source.call() == 0 ? "" : "#" + source.call()))
        .collect(Collectors.joining(", "));
  }

  @Test
  void followsASequence() {
    Sequential model = new Sequential(new Linear(3), new Through(), new Linear(1));
    assertEquals(
        List.of(
            "input_layer:InputLayer() float32 (1, 2)",
            "linear:Linear(input_layer) float32 (1, 3)",
            "through:Through(linear) float32 (1, 3)",
            "linear_1:Linear(through) float32 (1, 1)",
            "linear_1"),
        lines(model));
    assertEquals("sequential", model.layerGraph().name());
  }

  @Test
  void followsDataThroughOpsBetweenLayers() {
    Model model =
        new Three(
            new Linear(2),
            new Through(),
            new Linear(1),
            m ->
                x -> {
                  Tensor h = m.a.apply(x.mul(2f));
                  return m.c.apply(h.add(m.b.apply(h)).add(x)).sum(-1);
                });
    assertEquals(
        List.of(
            "input_layer:InputLayer() float32 (1, 2)",
            "a:Linear(input_layer) float32 (1, 2)",
            "b:Through(a) float32 (1, 2)",
            "c:Linear(a, b, input_layer) float32 (1, 1)",
            "c"),
        lines(model));
  }

  @Test
  void aSharedLayerHasSeveralCalls() {
    Linear shared = new Linear(2);
    Model model =
        new Three(
            shared,
            new Linear(2),
            shared,
            m -> x -> m.a.apply(m.b.apply(m.a.apply(x)).add(m.c.apply(x))));
    assertEquals(
        List.of(
            "input_layer:InputLayer() float32 (1, 2)",
            "a:Linear(input_layer) float32 (1, 2)",
            "a:Linear(input_layer) float32 (1, 2)",
            "a:Linear(b, a#1) float32 (1, 2)",
            "b:Linear(a) float32 (1, 2)",
            "a#2"),
        lines(model));
  }

  @Test
  void nestedLayersGoByTheirPaths() {
    Model block = new Three(new Linear(2), null, null, m -> x -> x.add(m.a.apply(x)));
    Model model =
        new Three(
            block,
            new Sequential(new Through(), new Linear(1)),
            null,
            m -> x -> m.b.apply(m.a.apply(x)).mul(new Linear(1).apply(x)));
    assertEquals(
        List.of(
            "input_layer:InputLayer() float32 (1, 2)",
            "a/a:Linear(input_layer) float32 (1, 2)",
            "b/through:Through(input_layer, a/a) float32 (1, 2)",
            "b/linear:Linear(b/through) float32 (1, 1)",
            "linear:Linear(input_layer) float32 (1, 1)",
            "b/linear, linear"),
        lines(model));
  }

  @Test
  void aModelWithoutLayersIsOne() {
    Model model = new Three(null, null, null, m -> x -> x.sum(-1));
    assertEquals(
        List.of(
            "input_layer:InputLayer() float32 (1, 2)",
            "three:Three(input_layer) float32 (1,)",
            "three"),
        lines(model));
  }

  @Test
  void aTracedFunctionAndARecomputedOneConnect() {
    Model model =
        new Three(
            new Linear(2),
            new Linear(2),
            new Linear(1),
            m ->
                x -> {
                  Tensor h = m.a.apply(x);
                  Graph traced =
                      Graph.trace(in -> List.of(m.b.apply(in.getFirst())), List.of(h.spec()));
                  return m.c.apply(
                      Gradients.recompute(t -> t[0].mul(t[0]), traced.run(h).getFirst()));
                });
    List<String> lines = lines(model);
    assertEquals("c:Linear(a) float32 (1, 1)", lines.get(2));
  }

  /** Draws a key, as Dropout does, whenever it is called. */
  private static final class Drawing extends Layer {
    private final List<Boolean> trainings = new ArrayList<>();

    @Override
    protected Tensor call(Tensor x, boolean training) {
      trainings.add(training);
      return x.add((float) RandomKey.next().number(0, 10));
    }
  }

  @Test
  void changesNothing() {
    Drawing drawing = new Drawing();
    Linear linear = new Linear(1);
    Sequential model = new Sequential(drawing, linear);
    model.apply(ROW, true);
    model.apply(new float[][] {{1, 2}, {3, 4}}, true);
    RandomKey.seed(7);
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor x = Tensor.of(ROW);
      tape.watch(x);
      model.layerGraph();
      assertEquals(RandomKey.of(7), RandomKey.next());
      assertEquals(List.of(true, true, false), drawing.trainings);
      assertEquals(Shape.of(2, 1), linear.outputTree().specs().getFirst().shape());
      // The tape goes on as if nothing had been.
      assertArrayEquals(new float[] {2, 4}, tape.gradient(x.mul(x).sum(), x).toFloatArray());
    } finally {
      RandomKey.seed(0);
    }
  }

  @Test
  void releasesItsMemory() {
    List<Tensor> seen = new ArrayList<>();
    Model model =
        new Three(
            null,
            null,
            null,
            m ->
                x -> {
                  seen.add(x.mul(2f));
                  return seen.getLast();
                });
    model.apply(ROW);
    model.layerGraph();
    assertArrayEquals(new float[] {2, 4}, seen.getFirst().toFloatArray());
    assertThrows(IllegalStateException.class, seen.getLast()::toFloatArray);
  }

  @Test
  void isKnownAfterTheFirstCall() {
    Model model = new Sequential(new Linear(1));
    var e = assertThrows(IllegalStateException.class, model::layerGraph);
    assertTrue(e.getMessage().startsWith("layerGraph: the model has not been called"));
  }
}
