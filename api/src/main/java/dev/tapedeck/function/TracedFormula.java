package dev.tapedeck.function;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The formula of a function that is one pointwise op, by which exports recognise it: {@code
 * Activations.relu}.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class TracedFormula {
  private static final TensorSpec SPEC = new TensorSpec(DType.FLOAT32, Shape.of(2));

  private TracedFormula() {}

  /**
   * Returns the formula.
   *
   * @param arity number of tensors that the function takes
   */
  public static Formula of(int arity, Function<List<Tensor>, Tensor> function) {
    Graph graph = Graph.trace(in -> List.of(function.apply(in)), Collections.nCopies(arity, SPEC));
    return ((Pointwise) graph.nodes().getLast().op()).formula();
  }
}
