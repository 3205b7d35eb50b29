package dev.tapedeck.onnx;

import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The export of a traced graph: finds patterns, and writes each step by its {@link Row}. */
final class GraphExport {
  private final TracedGraph traced;
  private final Function<Variable, String> variables;
  private final Constants constants;
  private final Map<Tensor, Value> values = new HashMap<>();
  private final Map<Tensor, Value> lasts = new HashMap<>();
  private final List<OnnxNode> nodes;

  /**
   * Makes the export of a graph.
   *
   * @param variables name of each variable
   * @param nodes list that the nodes are added to
   */
  GraphExport(
      Graph graph,
      Function<Variable, String> variables,
      Constants constants,
      List<OnnxNode> nodes) {
    this.traced = new TracedGraph(graph, variables);
    this.variables = variables;
    this.constants = constants;
    this.nodes = nodes;
  }

  Constants constants() {
    return constants;
  }

  TracedGraph traced() {
    return traced;
  }

  /**
   * Writes the nodes and returns the outputs.
   *
   * @param inputs a value for each input
   */
  List<Value> write(List<Value> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      values.put(traced.inputs().get(i), inputs.get(i));
    }
    for (Step step : steps()) {
      List<Value> in = new ArrayList<>();
      step.inputs().forEach(input -> in.add(isMissing(input) ? null : value(input)));
      List<Value> out = Rows.of(step).write(new Emitter(this, step.name(), nodes), step, in);
      for (int i = 0; i < out.size(); i++) {
        values.put(step.node().outputs().get(i), out.get(i));
      }
    }
    return traced.outputs().stream().map(this::value).toList();
  }

  /** Writes the nodes of an inner graph, such as a loop's body, and returns its outputs. */
  List<Value> inline(Graph inner, List<Value> inputs, List<OnnxNode> into) {
    return new GraphExport(inner.inlined(), variables, constants, into).write(inputs);
  }

  /** Returns the steps that the outputs need, in program order. */
  private List<Step> steps() {
    Set<Tensor> needed = new HashSet<>(traced.outputs());
    List<Step> steps = new ArrayList<>();
    for (Node node : traced.nodes().reversed()) {
      boolean used =
          node.outputs().stream().anyMatch(o -> needed.contains(o) && !traced.isConstant(o));
      // What is written is refused, whether or not the outputs need it.
      if (used || node.op().effect() == Effect.WRITE) {
        Step step = Pattern.match(node, traced);
        Rows.of(step);
        steps.add(step);
        step.inputs().stream().filter(input -> input != null).forEach(needed::add);
      }
    }
    Collections.reverse(steps);
    return steps;
  }

  /** Returns whether an input is not given, or of a sequence only the last slice is known. */
  private boolean isMissing(Tensor input) {
    return input == null || (lasts.containsKey(input) && !values.containsKey(input));
  }

  private Value value(Tensor tensor) {
    return values.computeIfAbsent(
        tensor,
        t -> {
          EagerTensor constant = traced.constant(t);
          String name = t instanceof SymbolicTensor ? traced.constantName(t) : "constant";
          return constants.of(name, constant);
        });
  }

  /** Sets the value of the last slice of a sequence {@code [time, ..]}. */
  void last(Tensor sequence, Value last) {
    lasts.put(sequence, last);
  }

  /** Returns the last slice of a sequence; null if it is not known apart from it. */
  Value last(Tensor sequence) {
    return lasts.get(sequence);
  }
}
