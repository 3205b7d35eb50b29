package dev.tapedeck.function;

/**
 * A pass over a graph, which rewrites it with the same outputs to the last bit; {@link
 * OperandRewrite#TRANSPOSED_PRODUCTS} and {@link ScaleFolding} are the exceptions.
 */
interface Pass {
  /** Returns the name in reports: {@code dead code}. */
  String name();

  /**
   * Returns a graph with the same outputs and effects; the same graph object if there is nothing to
   * change.
   */
  Graph on(Graph graph);
}
