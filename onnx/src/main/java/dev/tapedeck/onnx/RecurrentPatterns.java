package dev.tapedeck.onnx;

import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pattern of recurrent layers, whose input is multiplied by their kernel before all steps. */
final class RecurrentPatterns {
  private RecurrentPatterns() {}

  /** Steps of constant weights and without a mask, of sequences that a kernel multiplies. */
  static Step recurrent(Node last, TracedGraph graph) {
    if (!TracedGraph.isCall(last, "RecurrentSteps.1")) {
      return null;
    }
    Map<String, Object> attributes = new HashMap<>(OpDescription.of(last.op()).attributes());
    List<Tensor> in = last.inputs();
    Cell cell = (Cell) attributes.get("cell");
    boolean constant = graph.isConstant(in.get(1)) && graph.isConstant(in.get(2));
    Step product =
        constant && attributes.get("masked").equals(false) ? product(in.get(0), graph) : null;
    boolean memories = cell.hasMemory() && !graph.isUsedAtEnd(last.outputs().get(1));
    if (product == null || memories || !graph.isConstant(product.inputs().get(1))) {
      return null;
    }
    Tensor output = graph.isZero(in.get(3)) ? null : in.get(3);
    Tensor memory = !cell.hasMemory() || graph.isZero(in.get(4)) ? null : in.get(4);
    boolean zero = output == null && memory == null;
    Tensor x = product.inputs().get(0);
    Node reverse = graph.producer(x, "Reverse.1");
    boolean backwards = reverse != null && Arrays.equals(axes(reverse), new int[] {0});
    attributes.put("backwards", backwards);
    List<Tensor> inputs =
        Arrays.asList(
            backwards ? reverse.inputs().getFirst() : x,
            product.inputs().get(1),
            in.get(1),
            in.get(2),
            zero ? null : in.get(3),
            zero || !cell.hasMemory() ? null : in.get(4));
    return new Step(last, last.name(), "Recurrent", attributes, inputs);
  }

  private static int[] axes(Node reverse) {
    return (int[]) OpDescription.of(reverse.op()).attributes().get("axes");
  }

  private static Step product(Tensor products, TracedGraph graph) {
    Node rows = graph.producer(products, "Reshape.1");
    Node plain = graph.producer(products, "MatMul.1");
    Step found = rows != null ? Pattern.match(rows, graph) : plain != null ? Step.of(plain) : null;
    boolean fits =
        found != null
            && found.op().equals("MatMul.1")
            && !found.flag("transposeA")
            && !found.flag("transposeB");
    return fits ? found : null;
  }
}
