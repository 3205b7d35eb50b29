package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.plot.Diagram;
import dev.tapedeck.plot.ModelPlot;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Linear;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

class ModelPlotTest {
  private static Tensor input(String name) {
    return Input.of(name, DType.FLOAT32, 3);
  }

  /** Returns lines such as {@code shared:Linear LAYER [input (None, 3), ..] > add}. */
  private static List<String> lines(Diagram diagram) {
    return diagram.boxes().stream()
        .map(
            box ->
                box.name()
                    + ":"
                    + box.type()
                    + " "
                    + box.kind()
                    + " "
                    + rows(box)
                    + " > "
                    + String.join(", ", targets(diagram, diagram.boxes().indexOf(box))))
        .toList();
  }

  private static List<String> rows(Diagram.Box box) {
    return box.rows().stream().map(row -> (row.label() + " " + row.shape()).strip()).toList();
  }

  private static List<String> targets(Diagram diagram, int box) {
    return diagram.arrows().stream()
        .filter(arrow -> arrow.from() == box)
        .map(arrow -> diagram.boxes().get(arrow.to()).name())
        .toList();
  }

  private static Model siamese() {
    Tensor left = input("left");
    Layer shared = new Linear(2).name("shared");
    Layer inner = new Sequential(new Linear(4), new Linear(5)).name("inner");
    Tensor sum = shared.apply(left).add(shared.apply(left.mul(2)));
    return Model.of(left, inner.apply(sum));
  }

  @Test
  void functionalModelsHaveBoxesOfInputsLayersAndOps() {
    assertEquals(
        List.of(
            "left:InputLayer INPUT [output (None, 3)] > mul, shared",
            "mul:Mul OP [input (None, 3), output (None, 3)] > shared",
            "shared:Linear LAYER [input (None, 3), output (None, 2)] > add",
            "add:Add OP [input (None, 2), (None, 2), output (None, 2)] > inner",
            "inner:Sequential MODEL [input (None, 2), output (None, 5)] > "),
        lines(siamese().plot().diagram()).stream().toList());
  }

  @Test
  void nestedModelsAreExpandedIfChosen() {
    Model model = siamese();
    assertNull(model.plot().diagram().boxes().getLast().inside());
    Diagram.Box inner =
        model.plot(new PlotOptions().expandNested(true)).diagram().boxes().getLast();
    assertEquals(
        List.of(
            "input_layer:InputLayer INPUT [output (None, 2)] > linear",
            "linear:Linear LAYER [input (None, 2), output (None, 4)] > linear_1",
            "linear_1:Linear LAYER [input (None, 4), output (None, 5)] > "),
        lines(inner.inside()));
  }

  @Test
  void aLayerOfItsOwnOutputHasABoxForEachCall() {
    Tensor x = input("x");
    Layer again = new Linear(3).name("again");
    Model model = Model.of(x, again.apply(again.apply(x).mul(2)));
    assertEquals(
        List.of("x", "again", "mul", "again (call 2)"),
        model.plot().diagram().boxes().stream().map(Diagram.Box::name).toList());
  }

  /** A model that is not functional, with a layer that has layers. */
  private static final class Subclass extends Model {
    private final Layer block =
        new Layer() {
          private final Linear a = new Linear(4);
          private final Linear b = new Linear(2);

          @Override
          protected Tensor call(Tensor x) {
            return b.apply(a.apply(x));
          }
        };
    private final Linear out = new Linear(1);

    @Override
    protected Tensor call(Tensor x) {
      return out.apply(block.apply(x).mul(2f));
    }
  }

  @Test
  void otherModelsHaveBoxesOfLayersAfterACall() {
    Subclass model = new Subclass();
    String message = assertThrows(IllegalStateException.class, model::plot).getMessage();
    assertTrue(message.startsWith("plot: the model has not been called yet"), message);
    model.apply(new float[7][3]);
    assertEquals(
        List.of(
            "input_layer:InputLayer INPUT [output (None, 3)] > block",
            "block:Layer LAYER [input (None, 3), output (None, 2)] > out",
            "out:Linear LAYER [input (None, 2), output (None, 1)] > "),
        lines(model.plot().diagram()));
  }

  private static ModelPlot withMarkup() {
    Tensor x = input("<x> & \"y\" \u0001é");
    return Model.of(x, new Linear(2).apply(x)).plot();
  }

  @Test
  void svgIsXmlWithAllTexts() throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(withMarkup().svg().getBytes(StandardCharsets.UTF_8)));
    NodeList texts = document.getElementsByTagName("text");
    List<String> found =
        Stream.iterate(0, i -> i + 1)
            .limit(texts.getLength())
            .map(texts::item)
            .map(Node::getTextContent)
            .toList();
    assertEquals(
        List.of(
            "<x> & \"y\" é",
            "InputLayer",
            "output",
            "(None, 3)",
            "float32",
            "linear",
            "Linear",
            "input",
            "(None, 3)",
            "float32",
            "output",
            "(None, 2)",
            "float32"),
        found);
  }

  @Test
  void dotHasNodesArrowsAndClusters() {
    String dot = siamese().plot(new PlotOptions().expandNested(true)).dot();
    assertTrue(dot.startsWith("digraph {\n"), dot);
    assertTrue(dot.contains("  subgraph cluster_n4 {\n"), dot);
    assertTrue(dot.contains("    n4_0 -> n4_1\n"), dot);
    assertTrue(dot.contains("  n3 -> n4_0 [lhead=cluster_n4]\n"), dot);
    assertTrue(withMarkup().dot().contains("<b>&lt;x&gt; &amp; &quot;y&quot; é</b>"));
  }

  @Test
  void savesByTheEndOfTheName(@TempDir Path folder) throws Exception {
    ModelPlot plot = siamese().plot();
    for (String name : List.of("a.svg", "b.dot", "c.gv", "D.SVG")) {
      Path file = plot.save(folder.resolve("plots").resolve(name));
      String expected = name.endsWith("t") || name.endsWith("v") ? plot.dot() : plot.svg();
      assertEquals(expected, Files.readString(file));
    }
    plot.save(folder.resolve("plots/a.svg"));
    try (Stream<Path> files = Files.list(folder.resolve("plots"))) {
      assertEquals(4, files.count());
    }
    for (String name : List.of("a.png", "svg", "a.svg.gz")) {
      var e = assertThrows(IllegalArgumentException.class, () -> plot.save(folder.resolve(name)));
      assertTrue(e.getMessage().contains("received \"" + name + '"'), e.getMessage());
      assertFalse(Files.exists(folder.resolve(name)));
    }
  }
}
