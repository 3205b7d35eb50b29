package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
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
 * The graph of a function of tensors: a list of calls in program order; immutable.
 *
 * <pre>{@code
 * Graph graph = Graph.trace(in -> List.of(in.getFirst().matmul(w)), List.of(spec));
 * Tensor y = graph.run(x).getFirst();
 * }</pre>
 *
 * @param inputs parameters of the function
 * @param nodes the calls; each comes after those whose outputs it takes
 * @param outputs results of the function: outputs of calls, inputs, or constants
 */
public record Graph(List<SymbolicTensor> inputs, List<Node> nodes, List<Tensor> outputs) {
  /** Keeps copies of the lists. */
  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /** Runs a function once with symbolic inputs of these types and shapes, and returns its graph. */
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
   * that tapes record them; an {@link ExecutionPlan} is faster.
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
      Tensor[] out = Dispatch.nameScope(node.scope(), () -> node.op().apply(in));
      for (int i = 0; i < out.length; i++) {
        values.put(node.outputs().get(i), out[i]);
      }
    }
    return outputs.stream().map(t -> value(values, t)).toList();
  }

  /**
   * Returns a graph of the same outputs for exports: calls of graphs, and those of ops with custom
   * gradients, are replaced by the calls in their bodies; constants are folded, and what is equal,
   * without effect or not used is left out; nothing is fused.
   */
  public Graph inlined() {
    return GraphReport.simplified(Inlining.of(this));
  }

  private static Tensor value(Map<Tensor, Tensor> values, Tensor tensor) {
    return tensor instanceof EagerTensor ? tensor : values.get(tensor);
  }

  /** Returns the strongest effect of the calls. */
  Effect effect() {
    return nodes.stream()
        .map(node -> node.op().effect())
        .max(Effect::compareTo)
        .orElse(Effect.NONE);
  }

  /** Checks that tensors of an op that runs this graph fit its inputs. */
  void requireTaking(String who, List<TensorSpec> specs) {
    boolean fit = specs.size() == inputs.size();
    for (int i = 0; fit && i < specs.size(); i++) {
      fit = specs.get(i).fits(inputs.get(i).spec());
    }
    if (!fit) {
      throw Refusal.of(
          who,
          "needs " + inputs.stream().map(Tensor::spec).toList(),
          specs,
          "cast or reshape the inputs");
    }
  }

  void requireFitting(List<? extends Tensor> arguments) {
    if (arguments.size() != inputs.size()) {
      throw Refusal.of(
          "graph",
          "needs " + inputs.size() + " inputs",
          arguments.size(),
          "pass one for each parameter");
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!arguments.get(i).spec().fits(inputs.get(i).spec())) {
        throw Refusal.of(
            "graph",
            "needs " + inputs.get(i).spec() + " as input " + i,
            arguments.get(i).spec(),
            "trace again for it");
      }
    }
  }

  /** Returns a line for each call: {@code Add:0 = add(Input:0, Read:0)}. */
  @Override
  public String toString() {
    return nodes.stream().map(Node::toString).collect(Collectors.joining("\n"));
  }
}
