package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerGraph;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KerasGraphTest {
  @TempDir Path temp;

  /** Stands for Keras's. */
  private static final class Dense extends Layer {
    @Override
    protected Tensor call(Tensor x) {
      return x.mul(2f);
    }
  }

  /** Stands for Keras's, of two inputs. */
  private static final class Add extends Layer {
    private Tensor other;

    @Override
    protected Tensor call(Tensor x) {
      return x.add(other);
    }
  }

  @SuppressWarnings("unused") // read by reflection
  private static final class Branches extends Model {
    private final Layer shared = new Dense();
    private final Model block =
        new Model() {
          private final Layer side = new Dense();

          @Override
          protected Tensor call(Tensor x) {
            return side.apply(x);
          }
        };
    private final Add add = new Add();
    private final Layer head = new Dense();

    @Override
    protected Tensor call(Tensor x) {
      Tensor h = shared.apply(x);
      Tensor again = shared.apply(block.apply(h));
      add.other = h;
      return head.apply(add.apply(again));
    }
  }

  private List<String> read(Model model) throws Exception {
    model.predict(new float[2][4]);
    return read(model.layerGraph());
  }

  private List<String> read(LayerGraph graph) throws Exception {
    Path file = Files.writeString(temp.resolve("model.json"), KerasGraph.json(graph));
    return Python.run(temp, KerasGraphTest.class, "keras_graph.py", file);
  }

  @Test
  void aSequenceIsAsKerasWritesIt() throws Exception {
    assertEquals(
        Python.run(temp, KerasGraphTest.class, "keras_graph.py", "sequential"),
        read(new Sequential(new Dense(), new Dense())));
  }

  @Test
  void branchesAndSharedLayersAreAsKerasWritesThem() throws Exception {
    // Keras's names have no slashes.
    assertEquals(
        Python.run(temp, KerasGraphTest.class, "keras_graph.py", "branches"),
        read(new Branches()).stream().map(node -> node.replace("block/", "")).toList());
  }

  @Test
  void classesMayHaveAnyName() throws Exception {
    var call = new LayerGraph.Call(List.of(), List.of(new TensorSpec(DType.BFLOAT16, Shape.of())));
    var node = new LayerGraph.Node("größe", "Größe", List.of(call));
    assertEquals(
        List.of("m/größe Gr__e DT_BFLOAT16"),
        read(new LayerGraph("m", List.of(node), List.of(new LayerGraph.Source("größe", 0, 0)))));
  }
}
