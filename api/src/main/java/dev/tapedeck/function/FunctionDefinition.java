package dev.tapedeck.function;

import java.util.List;

/**
 * What a {@link ConcreteFunction} does, without the Java method that it was traced from: what is
 * kept of it in a file.
 *
 * @param name the function's
 * @param parameters how tensors lie in each argument, as maps, lists, texts and numbers: {@code
 *     {"tensor": {"dtype": "float32", "shape": [2, -1]}}}
 * @param result how they lie in what is returned
 * @param graph the calls, as they were traced
 * @param opaqueOps names of the ops whose own gradients the calls do not give, such as
 *     customGradient; a function that is made of this has no gradient if there are any
 */
public record FunctionDefinition(
    String name, List<Object> parameters, Object result, Graph graph, List<String> opaqueOps) {
  /** Keeps copies of the lists. */
  public FunctionDefinition {
    parameters = List.copyOf(parameters);
    opaqueOps = List.copyOf(opaqueOps);
  }
}
