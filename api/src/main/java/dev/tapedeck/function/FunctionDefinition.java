package dev.tapedeck.function;

import java.util.List;

/**
 * The definition of a {@link ConcreteFunction} as files store it, without the Java code that it was
 * traced from.
 *
 * @param name the function's
 * @param parameters structure of each argument, as maps, lists, texts and numbers: {@code
 *     {"tensor": {"dtype": "float32", "shape": [2, -1]}}}
 * @param result structure of the result
 * @param graph the calls, as they were traced
 * @param opaqueOps names of ops, such as customGradient, whose custom gradients the graph lacks; if
 *     there are any, the function has no gradient
 */
public record FunctionDefinition(
    String name, List<Object> parameters, Object result, Graph graph, List<String> opaqueOps) {
  /** Keeps copies of the lists. */
  public FunctionDefinition {
    parameters = List.copyOf(parameters);
    opaqueOps = List.copyOf(opaqueOps);
  }
}
