package dev.tapedeck.function;

import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A node of a graph: a call of an op.
 *
 * @param name unique name in the graph, {@code hidden/MatMul}
 * @param inputs outputs of earlier nodes, inputs of the graph, and constants, which are eager
 */
public record Node(String name, Op op, List<Tensor> inputs, List<SymbolicTensor> outputs) {
  /** Keeps copies of the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Returns the name scope, {@code hidden}; may be empty. */
  public String scope() {
    return name.substring(0, Math.max(0, name.lastIndexOf("/" + op.title())));
  }

  /** Returns an error of this call with the name scope in its message. */
  RuntimeException named(RuntimeException error) {
    String part = scope();
    String message = error.getMessage();
    if (message == null || message.startsWith(part + ": ")) {
      return error;
    }
    // Memory allocation does not know the op.
    String named = message.startsWith("tensor: ") ? op.name() + ": " + message : message;
    return part.isEmpty() && named.equals(message)
        ? error
        : Errors.withMessage(error, part.isEmpty() ? named : part + ": " + named);
  }

  /** Returns this call with other inputs. */
  public Node withInputs(List<? extends Tensor> others) {
    return new Node(name, op, List.copyOf(others), outputs);
  }

  /** Returns {@code Add:0 = add(Input:0, Read:0)}. */
  @Override
  public String toString() {
    String made = names(outputs);
    return (made.isEmpty() ? "" : made + " = ") + op.name() + "(" + names(inputs) + ")";
  }

  static String names(List<? extends Tensor> tensors) {
    return tensors.stream().map(Node::name).collect(Collectors.joining(", "));
  }

  private static String name(Tensor tensor) {
    return switch (tensor) {
      case SymbolicTensor symbol -> symbol.name();
      case EagerTensor constant ->
          constant.shape().isScalar() ? constant.toString() : constant.spec().toString();
    };
  }
}
