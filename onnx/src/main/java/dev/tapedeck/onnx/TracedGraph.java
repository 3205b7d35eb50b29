package dev.tapedeck.onnx;

import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A traced graph, in which patterns look for the producers of tensors, and for constants. */
final class TracedGraph {
  private final Graph graph;
  private final Map<Tensor, Node> producers = new HashMap<>();
  private final Map<Tensor, EagerTensor> constants = new HashMap<>();
  private final Map<Tensor, String> names = new HashMap<>();

  /**
   * Computes what depends on variables and constants alone.
   *
   * @param variables name of each variable
   */
  TracedGraph(Graph graph, Function<Variable, String> variables) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
      if (isRead(node)) {
        Variable variable = (Variable) OpDescription.of(node.op()).attributes().get("variable");
        Tensor read = node.outputs().getFirst();
        // A copy, since another thread may be training it.
        constants.put(read, (EagerTensor) Dispatch.eagerly(variable::value));
        names.put(read, variables.apply(variable));
      } else {
        fold(node);
      }
    }
  }

  static boolean isRead(Node node) {
    return node.inputs().isEmpty()
        && node.op() instanceof Record
        && OpDescription.of(node.op()).name().startsWith("ReadVariable.");
  }

  private void fold(Node node) {
    EagerTensor[] values = node.inputs().stream().map(this::constant).toArray(EagerTensor[]::new);
    boolean known = values.length > 0 && Arrays.stream(values).allMatch(Objects::nonNull);
    if (!known || node.op().effect() != Effect.NONE) {
      return;
    }
    Tensor[] made = Dispatch.eagerly(() -> node.op().apply(values));
    for (int i = 0; i < made.length; i++) {
      constants.put(node.outputs().get(i), (EagerTensor) made[i]);
    }
    List<String> from = node.inputs().stream().map(names::get).filter(Objects::nonNull).toList();
    names.put(node.outputs().getFirst(), from.size() == 1 ? from.getFirst() : node.name());
  }

  List<SymbolicTensor> inputs() {
    return graph.inputs();
  }

  List<Node> nodes() {
    return graph.nodes();
  }

  List<Tensor> outputs() {
    return graph.outputs();
  }

  /** Returns the elements of a constant, or of what is computed of variables; else null. */
  EagerTensor constant(Tensor tensor) {
    return tensor instanceof EagerTensor eager ? eager : constants.get(tensor);
  }

  boolean isConstant(Tensor tensor) {
    return constant(tensor) != null;
  }

  /** Returns the name of a constant: that of the variable it is computed of, if there is one. */
  String constantName(Tensor tensor) {
    return names.getOrDefault(tensor, "constant");
  }

  /** Returns the number that all elements of a constant have; null if it is no such constant. */
  Double number(Tensor tensor) {
    EagerTensor constant = constant(tensor);
    return constant != null && constant.shape().count() == 1 ? constant.toDoubleArray()[0] : null;
  }

  /** Returns the node that makes a tensor, if it is a call of an op of this name; else null. */
  Node producer(Tensor tensor, String op) {
    Node node = producers.get(tensor);
    return node != null && isCall(node, op) ? node : null;
  }

  /** Returns whether it is known what an op is made of. */
  static boolean isDescribed(Op op) {
    return op instanceof Record || op instanceof SerializableOp;
  }

  /** Returns whether a node calls an op of this name: that of a pointwise op is its formula's. */
  static boolean isCall(Node node, String op) {
    Op called = node.op();
    return called instanceof Pointwise
        ? called.name().equals(op)
        : isDescribed(called) && OpDescription.of(called).name().equals(op);
  }

  /** Returns whether only the last slice along the first axis of a tensor is used, if any is. */
  boolean isUsedAtEnd(Tensor tensor) {
    List<Index> last = List.of(new Index.At(-1));
    return !graph.outputs().contains(tensor)
        && graph.nodes().stream()
            .filter(node -> node.inputs().contains(tensor))
            .allMatch(
                node ->
                    isCall(node, "Slice.1")
                        && OpDescription.of(node.op()).attributes().get("indices").equals(last));
  }

  /** Returns whether all elements of a tensor are 0, whatever the inputs are. */
  boolean isZero(Tensor tensor) {
    EagerTensor constant = constant(tensor);
    if (constant != null) {
      return Arrays.stream(constant.toDoubleArray()).allMatch(x -> x == 0);
    }
    Node node = producers.get(tensor);
    if (node == null) {
      return false;
    }
    return switch (node.op()) {
      case Pointwise op when op.name().equals("add") ->
          node.inputs().stream().allMatch(this::isZero);
      case Pointwise _ -> false;
      case Record _ ->
          switch (OpDescription.of(node.op()).name()) {
            case "MatchShape.1", "Reshape.1", "BroadcastTo.1", "Cast.1", "Transpose.1" ->
                isZero(node.inputs().getFirst());
            default -> false;
          };
      default -> false;
    };
  }
}
