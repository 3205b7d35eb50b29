package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a function of tensors does, as a list of calls in the order of the program; immutable.
 *
 * <pre>{@code
 * Graph graph = Graph.trace(in -> List.of(in.getFirst().matmul(w)), List.of(spec));
 * Tensor y = graph.run(x).getFirst();
 * }</pre>
 *
 * @param inputs what the function was given
 * @param nodes the calls; each comes after those whose outputs it takes
 * @param outputs what the function returned: outputs of calls, inputs, or constants
 */
public record Graph(List<SymbolicTensor> inputs, List<Node> nodes, List<Tensor> outputs) {
  /** Keeps copies of the lists. */
  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /**
   * Runs a function once with symbolic inputs of these types and shapes, and returns what it did.
   */
  public static Graph trace(UnaryOperator<List<Tensor>> function, List<TensorSpec> specs) {
    Tracer tracer = new Tracer(Tracer.UNREADABLE);
    List<SymbolicTensor> inputs = new ArrayList<>();
    specs.forEach(spec -> inputs.add(tracer.input("Input", spec)));
    List<Tensor> outputs = new ArrayList<>();
    tracer.run(() -> outputs.addAll(function.apply(List.copyOf(inputs))));
    outputs.forEach(output -> tracer.requireOwn("graph", output));
    return new Graph(inputs, tracer.nodes(), outputs);
  }

  /**
   * Computes the outputs for inputs by applying the ops one after the other as eager code does, so
   * that tapes record them; a {@link ExecutionPlan} is quicker.
   *
   * @throws IllegalArgumentException if they differ in number, type or shape from what was traced
   */
  public List<Tensor> run(Tensor... arguments) {
    requireFitting(List.of(arguments));
    Map<Tensor, Tensor> values = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      values.put(inputs.get(i), arguments[i]);
    }
    for (Node node : nodes) {
      Tensor[] in = node.inputs().stream().map(t -> value(values, t)).toArray(Tensor[]::new);
      Tensor[] out = Dispatch.nameScope(node.part(), () -> node.op().apply(in));
      for (int i = 0; i < out.length; i++) {
        values.put(node.outputs().get(i), out[i]);
      }
    }
    return outputs.stream().map(t -> value(values, t)).toList();
  }

  private static Tensor value(Map<Tensor, Tensor> values, Tensor tensor) {
    return tensor instanceof EagerTensor ? tensor : values.get(tensor);
  }

  /** Returns what running it does besides giving outputs. */
  Effect effect() {
    return nodes.stream()
        .map(node -> node.op().effect())
        .max(Effect::compareTo)
        .orElse(Effect.NONE);
  }

  /** Checks that the inputs are what an op gets that runs this graph. */
  void requireTaking(String who, List<TensorSpec> specs) {
    boolean fit = specs.size() == inputs.size();
    for (int i = 0; fit && i < specs.size(); i++) {
      fit = specs.get(i).fits(inputs.get(i).spec());
    }
    if (!fit) {
      throw new IllegalArgumentException(
          who
              + ": its graph takes "
              + inputs.stream().map(Tensor::spec).toList()
              + ", received "
              + specs);
    }
  }

  void requireFitting(List<? extends Tensor> arguments) {
    if (arguments.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "graph: traced with " + inputs.size() + " inputs, received " + arguments.size());
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!arguments.get(i).spec().fits(inputs.get(i).spec())) {
        throw new IllegalArgumentException(
            "graph: input "
                + i
                + " was traced as "
                + inputs.get(i).spec()
                + ", received "
                + arguments.get(i).spec()
                + "; trace again for it");
      }
    }
  }

  /** Returns a call a line: {@code Add:0 = add(Input:0, Read:0)}. */
  @Override
  public String toString() {
    return nodes.stream().map(Node::toString).collect(Collectors.joining("\n"));
  }
}
