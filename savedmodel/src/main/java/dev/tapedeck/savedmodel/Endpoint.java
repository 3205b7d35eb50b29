package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.function.FunctionDefinition;
import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An endpoint that is written into a library as two functions: one with Python's structures, and
 * one of named tensors, its signature.
 *
 * @param name the endpoint's
 * @param parameters what Python passes
 * @param result what it gets
 * @param inputs types and shapes of the tensors that it takes, in the order of the Java function
 * @param outputs those of the tensors that it returns
 * @param function the function with Python's structures
 * @param signature the function of named tensors, in the order of the names
 * @param variables what both take after their inputs
 */
record Endpoint(
    String name,
    Map<String, PythonValue> parameters,
    PythonValue result,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    String function,
    String signature,
    List<Variable> variables) {
  /**
   * Writes the functions of an endpoint.
   *
   * @param names names of the inputs in signatures; null to make them of the structure
   * @throws IllegalArgumentException if TensorFlow has no counterpart of an op
   */
  static Endpoint write(
      String name, FunctionDefinition definition, List<String> names, Library library) {
    Graph graph = definition.graph().inlined();
    Map<String, PythonValue> parameters = parameters(definition.parameters(), names);
    PythonValue result = result(definition.result());
    List<TensorSpec> inputs = specs(graph.inputs());
    List<TensorSpec> outputs = specs(graph.outputs());

    FunctionBody body = library.body("__inference_" + name);
    Value[] taken = new Value[inputs.size()];
    for (PythonValue.Leaf leaf : leaves(parameters)) {
      taken[leaf.number()] = body.input(leaf.key(), inputs.get(leaf.number()));
    }
    List<Value> made = GraphWriter.write(graph, List.of(taken), body);
    Map<String, Value> returned = new LinkedHashMap<>();
    for (PythonValue.Leaf leaf : result.leaves()) {
      returned.put("out_" + returned.size(), made.get(leaf.number()));
    }
    library.add(body, returned);
    Endpoint inner =
        new Endpoint(
            name, parameters, result, inputs, outputs, body.name(), null, body.variables());
    return inner.withSignature(library);
  }

  private static List<TensorSpec> specs(List<? extends Tensor> tensors) {
    return tensors.stream().map(Tensor::spec).toList();
  }

  private static Map<String, PythonValue> parameters(List<Object> given, List<String> names) {
    PythonValue.Reader reader = new PythonValue.Reader(names);
    Map<String, PythonValue> parameters = new LinkedHashMap<>();
    for (Object parameter : given) {
      String argument = given.size() == 1 ? "inputs" : "arg" + parameters.size();
      boolean keyed = ((Map<?, ?>) parameter).containsKey("keys");
      PythonValue read = reader.read(parameter, keyed && given.size() == 1 ? "" : argument);
      if (read != null) {
        parameters.put(argument, read);
      }
    }
    return parameters;
  }

  private static PythonValue result(Object given) {
    Map<?, ?> structure = (Map<?, ?>) given;
    String key =
        structure.containsKey("tensor")
            ? "output_0"
            : structure.containsKey("keys") ? "" : "output";
    PythonValue result = new PythonValue.Reader(null).read(given, key);
    if (result == null) {
      throw Refusal.of(
          "SavedModels.export", "needs a function that returns a tensor", given, "return one");
    }
    return result;
  }

  private static List<PythonValue.Leaf> leaves(Map<String, PythonValue> parameters) {
    return parameters.values().stream().flatMap(part -> part.leaves().stream()).toList();
  }

  /** Returns the inputs in Python's order. */
  List<PythonValue.Leaf> inputLeaves() {
    return leaves(parameters);
  }

  private static List<PythonValue.Leaf> byKey(List<PythonValue.Leaf> leaves) {
    return leaves.stream().sorted(Comparator.comparing(PythonValue.Leaf::key)).toList();
  }

  /** Returns the named inputs, as the signature takes them. */
  Map<String, TensorSpec> namedInputs() {
    return named(inputLeaves(), inputs);
  }

  /** Returns the named outputs, as the signature gives them. */
  Map<String, TensorSpec> namedOutputs() {
    return named(result.leaves(), outputs);
  }

  private static Map<String, TensorSpec> named(
      List<PythonValue.Leaf> leaves, List<TensorSpec> specs) {
    Map<String, TensorSpec> named = new LinkedHashMap<>();
    byKey(leaves).forEach(leaf -> named.put(leaf.key(), specs.get(leaf.number())));
    return named;
  }

  private Endpoint withSignature(Library library) {
    FunctionBody body = library.body("__inference_signature_wrapper_" + name);
    Map<String, Value> taken = new LinkedHashMap<>();
    namedInputs().forEach((key, spec) -> taken.put(key, body.input(key, spec)));
    List<Value> passed = new ArrayList<>();
    inputLeaves().forEach(leaf -> passed.add(taken.get(leaf.key())));
    variables.forEach(variable -> passed.add(body.resource(variable)));
    List<PythonValue.Leaf> leaves = result.leaves();
    List<TensorSpec> specs = leaves.stream().map(leaf -> outputs.get(leaf.number())).toList();
    NodeWriter call =
        body.node("StatefulPartitionedCall", "StatefulPartitionedCall", passed)
            .types("Tin", body.argumentTypes(passed))
            .types(
                "Tout", specs.stream().map(spec -> TensorFlowTypes.number(spec.dtype())).toList())
            .function("f", function);
    Map<String, Value> returned = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (PythonValue.Leaf leaf : byKey(leaves)) {
      int number = leaves.indexOf(leaf);
      String output = Names.argument(leaf.key());
      while (!names.add(output)) {
        output += "_";
      }
      returned.put(output, call.output("output", number, specs.get(number)));
    }
    library.add(body, returned);
    return new Endpoint(
        name, parameters, result, inputs, outputs, function, body.name(), variables);
  }
}
