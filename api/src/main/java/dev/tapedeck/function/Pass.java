package dev.tapedeck.function;

/**
 * A rewriting of graphs: the outputs stay what they are, to the last bit; {@link
 * OperandRewrite#TRANSPOSED_PRODUCTS} says why its do not.
 */
interface Pass {
  /** Returns what a report calls it: {@code dead code}. */
  String name();

  /** Returns a graph that gives the same, and does to variables what the given one does. */
  Graph on(Graph graph);
}
