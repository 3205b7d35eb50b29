package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Operands.ReadVariable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tensors of a graph that depend on constants and on variables alone that the graph does not
 * assign to: they are the same in all of its runs until something else assigns to one.
 */
final class Parameters {
  /** The most bytes of a result that is larger than the inputs of the call. */
  private static final long MOST = 1 << 16;

  private final WriteSet writes;
  private final Set<Tensor> fixed = new HashSet<>();

  Parameters(Graph graph) {
    writes = WriteSet.of(graph.nodes());
    graph.nodes().forEach(this::add);
  }

  /** Adds the outputs of a call if they are such tensors; returns whether they are. */
  boolean add(Node node) {
    boolean same = isSame(node);
    if (same) {
      fixed.addAll(node.outputs());
    }
    return same;
  }

  private boolean isSame(Node node) {
    return node.op() instanceof ReadVariable read
        ? !writes.may(read.variable())
        : mayBeKept(node) && node.inputs().stream().allMatch(this::contains);
  }

  /** Returns whether the outputs of a call, if they are always the same, are better kept. */
  static boolean mayBeKept(Node node) {
    return node.op().effect() == Effect.NONE
        && !(node.op() instanceof Loop) // it may run for long
        && node.outputs().stream().allMatch(output -> output.shape().isKnown())
        && bytes(node.outputs()) <= Math.max(MOST, bytes(node.inputs()));
  }

  private static long bytes(List<? extends Tensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.spec().bytes()).sum();
  }

  boolean contains(Tensor tensor) {
    return switch (tensor) {
      case EagerTensor _ -> true;
      case SymbolicTensor symbol -> fixed.contains(symbol);
    };
  }
}
