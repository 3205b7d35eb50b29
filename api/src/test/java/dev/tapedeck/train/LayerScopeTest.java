package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Linear;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused") // fields of the layers here are read by reflection
class LayerScopeTest {
  private static final TensorSpec ROWS = new TensorSpec(DType.FLOAT32, Shape.of(2, 3));

  private static final class Encoder extends Layer {
    private final Linear hidden = new Linear(3);
    private final List<Layer> blocks = List.of(new Linear(3), new Linear(2));

    @Override
    protected Tensor call(Tensor x) {
      Tensor value = hidden.apply(x);
      for (Layer block : blocks) {
        value = block.apply(value);
      }
      return value.neg();
    }
  }

  private static List<String> names(UnaryOperator<Tensor> function) {
    Graph graph = Graph.trace(in -> List.of(function.apply(in.getFirst())), List.of(ROWS));
    return graph.nodes().stream().map(Node::name).filter(name -> !name.contains("Read")).toList();
  }

  @Test
  void callsAreNamedByTheFieldsThatHoldTheirLayers() {
    Encoder encoder = new Encoder();
    assertEquals(
        List.of(
            "Add",
            "encoder/hidden/MatMul",
            "encoder/blocks/0/MatMul",
            "encoder/blocks/1/MatMul",
            "encoder/Neg",
            "Mul"),
        names(x -> encoder.apply(x.add(1f)).mul(2f)));
  }

  @Test
  void layersOfASequenceAreNumbered() {
    Sequential model = new Sequential(new Linear(3), new Linear(1));
    assertEquals(
        List.of("sequential/linear/MatMul", "sequential/linear_1/MatMul"), names(model::apply));
  }

  @Test
  void aLayerThatNobodyHoldsGoesByItsClass() {
    Linear stranger = new Linear(2);
    assertEquals(List.of("linear/MatMul"), names(stranger::apply));
  }

  @Test
  void gradientsHaveAPartOfTheirOwn() {
    Linear layer = new Linear(1);
    List<String> names =
        names(
            x -> {
              try (GradientTape tape = new GradientTape()) {
                Tensor y = layer.apply(x);
                return tape.gradient(y, layer.variables()).getFirst();
              }
            });
    assertEquals("linear/MatMul", names.getFirst());
    assertEquals(
        names.size() - 1, names.stream().filter(name -> name.startsWith("gradients/")).count());
  }
}
