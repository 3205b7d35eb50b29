package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The variables that calls may assign to, including those in their subgraphs.
 *
 * @param any whether any variable may be assigned to, as by Java code
 */
record WriteSet(boolean any, Set<Variable> variables) {
  /** An op that runs graphs. */
  interface Composite extends Op {
    List<Graph> graphs();
  }

  static WriteSet of(Collection<Node> nodes) {
    Set<Variable> variables = new HashSet<>();
    return new WriteSet(!add(nodes, variables), variables);
  }

  /** Adds the variables that are assigned to; returns whether these are all. */
  private static boolean add(Collection<Node> nodes, Set<Variable> variables) {
    return nodes.stream().allMatch(node -> add(node.op(), variables));
  }

  private static boolean add(Op op, Set<Variable> variables) {
    if (op.effect() != Effect.WRITE) {
      return true;
    }
    if (op instanceof Composite composite) {
      return composite.graphs().stream().allMatch(graph -> add(graph.nodes(), variables));
    }
    variables.addAll(op.written());
    return !op.written().isEmpty();
  }

  boolean may(Variable variable) {
    return any || variables.contains(variable);
  }
}
