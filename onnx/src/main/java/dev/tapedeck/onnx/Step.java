package dev.tapedeck.onnx;

import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A call of the traced graph that is to be written: that of a node, or of what a {@link Pattern}
 * found several nodes to compute.
 *
 * @param node the node, or the last of the pattern's
 * @param name name of the ONNX nodes
 * @param op name of the op in files, {@code MatMul.1}; without a number that of a pattern
 * @param inputs inputs; null for one that is left out
 */
record Step(
    Node node, String name, String op, Map<String, Object> attributes, List<Tensor> inputs) {
  Step {
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs)); // may have nulls
  }

  /** Makes the step of a node. */
  static Step of(Node node) {
    OpDescription op =
        TracedGraph.isDescribed(node.op())
            ? OpDescription.of(node.op())
            : new OpDescription(node.op().getClass().getName(), Map.of());
    return new Step(node, node.name(), op.name(), op.attributes(), node.inputs());
  }

  /** Makes the step of a pattern that ends in a node, in the name of its layer. */
  static Step of(Node node, String pattern, Map<String, Object> attributes, Tensor... inputs) {
    String layer = node.name().substring(0, node.name().lastIndexOf('/') + 1);
    String title = pattern.endsWith(".1") ? pattern.substring(0, pattern.length() - 2) : pattern;
    return new Step(node, layer + title, pattern, attributes, Arrays.asList(inputs));
  }

  /** Returns the type and shape of the first output. */
  TensorSpec output() {
    return output(0);
  }

  TensorSpec output(int index) {
    return Constants.exported(node.outputs().get(index).spec());
  }

  <T> T get(String attribute, Class<T> type) {
    return type.cast(attributes.get(attribute));
  }

  int integer(String attribute) {
    return ((Number) attributes.get(attribute)).intValue();
  }

  double number(String attribute) {
    return ((Number) attributes.get(attribute)).doubleValue();
  }

  boolean flag(String attribute) {
    return (Boolean) attributes.get(attribute);
  }

  int[] axes(String attribute) {
    return (int[]) attributes.get(attribute);
  }

  /** Returns the name of an enum constant. */
  String constant(String attribute) {
    return ((Enum<?>) attributes.get(attribute)).name();
  }
}
