package dev.tapedeck.summaries;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.TrackedFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A traced graph as a {@code GraphDef}: a node for each call, input, output, constant and variable,
 * and control inputs between calls whose order matters.
 */
final class GraphNodes {
  /** Stand-in for the state that a call changes when no variable of it is known. */
  private static final Object ELSEWHERE = "elsewhere";

  private final GraphDef.Builder definition;
  private final String scope;
  private final Set<String> taken = new HashSet<>();
  private final Map<Object, String> sources = new HashMap<>();
  private final Map<Object, String> writes = new HashMap<>();
  private final Map<Object, List<String>> reads = new HashMap<>();

  private GraphNodes(GraphDef.Builder definition, String scope) {
    this.definition = definition;
    this.scope = scope;
  }

  static byte[] graphDef(ConcreteFunction function) {
    if (function.graphs().isEmpty()) {
      throw new IllegalArgumentException(
          "SummaryWriter.graph: " + function.name() + " has not been traced; call it first");
    }
    return graphDef(function.graphs());
  }

  /**
   * Returns a serialized {@code GraphDef}; several graphs get scopes of their own, {@code path_0}
   * and so on.
   */
  static byte[] graphDef(List<Graph> graphs) {
    GraphDef.Builder definition = GraphDef.newBuilder();
    for (int i = 0; i < graphs.size(); i++) {
      new GraphNodes(definition, graphs.size() == 1 ? "" : "path_" + i + "/").add(graphs.get(i));
    }
    return definition.build().toByteArray();
  }

  private void add(Graph graph) {
    for (SymbolicTensor input : graph.inputs()) {
      String name = unique(input.name().replaceFirst(":\\d+$", ""));
      sources.put(input, name);
      definition.addNode(NodeDefs.of(name, "Placeholder", input.spec()));
    }
    // Calls keep their printed names; constants and variables get names that are free.
    List<String> names = graph.nodes().stream().map(node -> unique(node.name())).toList();
    for (int i = 0; i < names.size(); i++) {
      add(graph.nodes().get(i), names.get(i));
    }
    for (Tensor output : graph.outputs()) {
      String name = unique("Identity");
      NodeDef.Builder node = NodeDefs.of(name, "Identity", output.spec());
      definition.addNode(node.addInput(source(output, name)));
    }
  }

  private void add(Node call, String name) {
    List<Variable> variables = variables(call);
    Set<String> inputs = new LinkedHashSet<>();
    List<String> all = new ArrayList<>();
    variables.forEach(variable -> all.add(source(variable, name)));
    call.inputs().forEach(input -> all.add(source(input, name)));
    inputs.addAll(all);
    order(call, variables, name).stream()
        .filter(before -> !inputs.contains(before))
        .forEach(before -> all.add("^" + before));
    for (int i = 0; i < call.outputs().size(); i++) {
      sources.put(call.outputs().get(i), i == 0 ? name : name + ":" + i);
    }
    TensorSpec[] specs = call.outputs().stream().map(Tensor::spec).toArray(TensorSpec[]::new);
    definition.addNode(NodeDefs.of(name, call.op().title(), specs).addAllInput(all));
  }

  /** Returns the variables that a call reads or assigns to, as far as its op declares them. */
  private static List<Variable> variables(Node call) {
    return call.op().effect() == Effect.NONE
        ? List.of()
        : Stream.concat(
                call.op().written().stream(), TrackedFields.within(call.op()).values().stream())
            .filter(Variable.class::isInstance)
            .map(Variable.class::cast)
            .distinct()
            .toList();
  }

  /** Returns the calls that must run before a call with effects, and records that call. */
  private Set<String> order(Node call, List<Variable> variables, String name) {
    Set<String> before = new LinkedHashSet<>();
    Effect effect = call.op().effect();
    if (effect != Effect.NONE) {
      for (Object changed : variables.isEmpty() ? List.of(ELSEWHERE) : variables) {
        List<String> since = reads.computeIfAbsent(changed, key -> new ArrayList<>());
        if (effect == Effect.WRITE && !since.isEmpty()) {
          before.addAll(since);
        } else if (writes.containsKey(changed)) {
          before.add(writes.get(changed));
        }
        if (effect == Effect.WRITE) {
          since.clear();
          writes.put(changed, name);
        } else {
          since.add(name);
        }
      }
    }
    return before;
  }

  /** Returns the node of a tensor or variable, which is made if there is none yet. */
  private String source(Object value, String user) {
    String known = sources.get(value);
    if (known == null) {
      String part = user.substring(scope.length(), user.lastIndexOf('/') + 1);
      NodeDef.Builder node =
          switch (value) {
            case EagerTensor constant -> NodeDefs.constant(unique(part + "Const"), constant);
            case Variable variable ->
                NodeDefs.of(unique(part + variable.name()), "VarHandleOp", variable.spec());
            default -> throw new IllegalArgumentException("graph: nothing makes " + value);
          };
      known = node.getName();
      sources.put(value, known);
      definition.addNode(node);
    }
    return known;
  }

  /** Returns a free name in this graph's scope, in the characters that TensorFlow allows. */
  private String unique(String name) {
    String valid = name.replaceAll("[^A-Za-z0-9_>./-]", "_").replaceFirst("^[^A-Za-z0-9.]", ".$0");
    String unique = scope + valid;
    for (int i = 1; !taken.add(unique); i++) {
      unique = scope + valid + "_" + i;
    }
    return unique;
  }
}
