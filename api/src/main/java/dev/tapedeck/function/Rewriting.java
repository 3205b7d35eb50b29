package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph that a pass builds from another one, call by call.
 *
 * <p>Each output keeps its name, and stays a distinct tensor: one that equals another value of the
 * graph becomes an {@link Identity} of it, since tapes compare tensors by object identity.
 */
final class Rewriting {
  private final Graph graph;
  private final Set<Tensor> returned;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Tensor, Tensor> replaced = new HashMap<>();
  private final Map<Tensor, Integer> makers = new HashMap<>();

  /** The variables whose memory a value may share; values that may share any are absent. */
  private final Map<Tensor, Set<Variable>> shared = new HashMap<>();

  private final List<Op> writes = new ArrayList<>();
  private final Map<Tensor, Integer> writesBefore = new HashMap<>();
  private boolean changed;

  Rewriting(Graph graph) {
    this.graph = graph;
    this.returned = new HashSet<>(graph.outputs());
  }

  /** Returns a call with its inputs replaced as the pass has decided so far. */
  Node now(Node node) {
    List<Tensor> inputs = node.inputs().stream().map(t -> replaced.getOrDefault(t, t)).toList();
    return inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
  }

  /** Keeps a call as it is. */
  void keep(Node node) {
    Set<Variable> variables = sharedBy(node);
    for (SymbolicTensor output : node.outputs()) {
      makers.put(output, nodes.size());
      writesBefore.put(output, writes.size());
      if (variables != null) {
        shared.put(output, variables);
      }
    }
    if (node.op().effect() == Effect.WRITE) {
      writes.add(node.op());
    }
    nodes.add(node);
  }

  /** Returns the variables whose memory a call's outputs may share; null for any. */
  private Set<Variable> sharedBy(Node node) {
    if (allocates(node.op())) {
      return Set.of();
    } else if (node.op() instanceof Operands.ReadVariable read) {
      return Set.of(read.variable());
    } else if (node.op().effect() != Effect.NONE) {
      return null;
    }
    Set<Variable> all = new HashSet<>();
    for (Tensor input : node.inputs()) {
      Set<Variable> variables = sharedBy(input);
      if (variables == null) {
        return null;
      }
      all.addAll(variables);
    }
    return all;
  }

  private Set<Variable> sharedBy(Tensor tensor) {
    return tensor instanceof EagerTensor ? Set.of() : shared.get(tensor);
  }

  /** Adds a call that replaces one with the same outputs. */
  void change(Node node) {
    changed = true;
    keep(node);
  }

  /** Leaves out a call whose outputs equal existing tensors. */
  void drop(Node node, List<? extends Tensor> same) {
    changed = true;
    for (int i = 0; i < same.size(); i++) {
      SymbolicTensor output = node.outputs().get(i);
      if (returned.contains(output)) {
        String name = same.size() == 1 ? node.name() : node.name() + "_" + i;
        keep(new Node(name, new Identity(), List.of(same.get(i)), List.of(output)));
      }
      replaced.put(output, same.get(i));
    }
  }

  /** Returns whether a call only makes an output of the graph a distinct tensor. */
  boolean isAlias(Node node) {
    return node.op() instanceof Identity && returned.contains(node.outputs().getFirst());
  }

  /** Returns the call that makes a value; null for inputs and constants. */
  Node maker(Tensor tensor) {
    Integer index = makers.get(tensor);
    return index == null ? null : nodes.get(index);
  }

  /** Returns whether an op writes its output into memory of its own. */
  static boolean allocates(Op op) {
    return op instanceof SimpleOp;
  }

  /** Returns whether a value's memory stays unchanged, unlike that of a variable. */
  boolean isLasting(Tensor tensor) {
    Set<Variable> variables = sharedBy(tensor);
    return variables != null && variables.isEmpty();
  }

  /** Returns whether a call still computes the same if it is moved here. */
  boolean canMoveHere(Node node) {
    List<Op> since = writes.subList(writesBefore.get(node.outputs().getFirst()), writes.size());
    return node.op().effect() == Effect.NONE
        && node.inputs().stream()
            .allMatch(input -> since.stream().noneMatch(w -> mayChange(w, input)));
  }

  /** Returns whether a write may change a value. */
  private boolean mayChange(Op write, Tensor value) {
    Set<Variable> variables = sharedBy(value);
    return variables == null
        || (write.written().isEmpty() && !variables.isEmpty())
        || write.written().stream().anyMatch(variables::contains);
  }

  /** Returns the graph that has been made; the given one if nothing changed. */
  Graph graph() {
    return changed ? new Graph(graph.inputs(), nodes, graph.outputs()) : graph;
  }
}
