package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Operands.ReadVariable;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An execution plan that computes what depends on {@link Parameters} alone in its first run, and
 * again only after one of the variables has been assigned to.
 */
final class ParameterPlan {
  private final List<Variable> variables;
  private final ExecutionPlan parameters;
  private final ExecutionPlan rest;
  private volatile Values latest;

  /** Values of parameters, and the memory of the variables that they were computed from. */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Values(EagerTensor[] readings, Tensor[] values) {
    boolean isStale() {
      for (EagerTensor reading : readings) {
        if (reading.isStale()) {
          return true;
        }
      }
      return false;
    }
  }

  private ParameterPlan(List<Variable> variables, ExecutionPlan parameters, ExecutionPlan rest) {
    this.variables = variables;
    this.parameters = parameters;
    this.rest = rest;
  }

  /** Prepares a graph. */
  static ParameterPlan of(Graph graph) {
    Parameters parameters = new Parameters(graph);
    Set<Tensor> returned = new HashSet<>(graph.outputs());
    List<Node> fixed = new ArrayList<>();
    List<Node> others = new ArrayList<>();
    Set<SymbolicTensor> values = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      boolean same =
          node.op().effect() != Effect.WRITE
              && node.outputs().stream().allMatch(parameters::contains);
      // Views cost nothing, and what a run returns is not shared with later ones.
      boolean once =
          same
              && Rewriting.allocates(node.op())
              && node.outputs().stream().noneMatch(returned::contains);
      if (same) {
        fixed.add(node);
      }
      if (once) {
        values.addAll(node.outputs());
      } else {
        others.add(node);
      }
    }
    Graph rest = new DeadCode().on(new Graph(graph.inputs(), others, graph.outputs()));
    Set<Tensor> used = new HashSet<>();
    rest.nodes().forEach(node -> used.addAll(node.inputs()));
    values.retainAll(used);
    List<SymbolicTensor> inputs = new ArrayList<>(graph.inputs());
    inputs.addAll(values);
    Graph before = new DeadCode().on(new Graph(List.of(), fixed, List.copyOf(values)));
    return new ParameterPlan(
        before.nodes().stream()
            .filter(node -> node.op() instanceof ReadVariable)
            .map(node -> ((ReadVariable) node.op()).variable())
            .toList(),
        ExecutionPlan.of(before),
        ExecutionPlan.of(new Graph(inputs, rest.nodes(), rest.outputs())));
  }

  /** Returns the memory of the intermediate values that each run computes. */
  GraphReport.Buffers buffers() {
    return rest.buffers();
  }

  /** Computes the outputs; see {@link ExecutionPlan#run}. */
  Tensor[] run(Tensor... arguments) {
    Tensor[] values = values();
    if (values.length == 0) {
      return rest.run(arguments);
    }
    Tensor[] all = Arrays.copyOf(arguments, arguments.length + values.length);
    System.arraycopy(values, 0, all, arguments.length, values.length);
    return rest.run(all);
  }

  private Tensor[] values() {
    Values known = latest;
    if (known == null || known.isStale()) {
      EagerTensor[] readings = variables.stream().map(Variable::memory).toArray(EagerTensor[]::new);
      try (Scope _ = Scope.none()) {
        Tensor[] values = parameters.run();
        Arrays.stream(values).forEach(value -> ((EagerTensor) value).share());
        known = new Values(readings, values);
      }
      latest = known;
    }
    return known.values;
  }
}
