package dev.tapedeck.checkpoint;

import dev.tapedeck.function.FunctionDefinition;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.TextOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writer of a function to a file, with the variables and constants of its graph. */
final class FunctionWriter {
  static final String FORMAT = "tapedeck.function";
  static final long VERSION = 2;

  /** Largest number of elements of a constant that is written as JSON. */
  private static final int SMALL = 16;

  private final AttributeWriter attributes = new AttributeWriter(this);
  private final Map<Variable, String> names = new IdentityHashMap<>();
  private final Map<EagerTensor, Integer> numbers = new IdentityHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Object> variables = new ArrayList<>();
  private final List<Object> constants = new ArrayList<>();
  private final Map<String, EagerTensor> tensors = new LinkedHashMap<>();

  static FunctionFile of(FunctionDefinition definition) {
    return new FunctionWriter().write(definition);
  }

  private FunctionFile write(FunctionDefinition definition) {
    Object graph = graph(definition.graph());
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("format", FORMAT);
    written.put("version", VERSION);
    written.put("name", definition.name());
    written.put("parameters", definition.parameters());
    written.put("result", definition.result());
    written.put("opaqueOps", definition.opaqueOps());
    written.put("variables", variables);
    written.put("constants", constants);
    written.put("graph", graph);
    return new FunctionFile(written, tensors);
  }

  private static Map<String, Object> spec(TensorSpec spec) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("dtype", spec.dtype().toString());
    written.put("shape", Arrays.stream(spec.shape().toArray()).boxed().toList());
    return written;
  }

  private static String unique(String name, Set<String> taken) {
    String unique = name;
    for (int i = 1; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  Object graph(Graph graph) {
    Map<SymbolicTensor, String> symbols = new HashMap<>();
    Set<String> used = new HashSet<>();
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("inputs", symbols(graph.inputs(), symbols, used));
    List<Object> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Map<String, Object> call = new LinkedHashMap<>();
      call.put("name", node.name());
      try {
        if (node.op() instanceof TextOp) {
          throw new IllegalArgumentException(
              "it looks texts up by Java code, which cannot be saved; do this outside the function");
        }
        Record op = OpDescription.record(node.op());
        call.put("op", WireNames.of(op.getClass()));
        call.put("attributes", attributes.components(op));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "SavedFunction.save: node "
                + Mismatch.quoted(node.name())
                + ", op "
                + node.op().name()
                + ": "
                + e.getMessage(),
            e);
      }
      call.put("inputs", references(node.inputs(), symbols));
      call.put("outputs", symbols(node.outputs(), symbols, used));
      nodes.add(call);
    }
    written.put("nodes", nodes);
    written.put("outputs", references(graph.outputs(), symbols));
    return written;
  }

  private static List<Object> symbols(
      List<SymbolicTensor> tensors, Map<SymbolicTensor, String> symbols, Set<String> used) {
    List<Object> written = new ArrayList<>();
    for (SymbolicTensor symbol : tensors) {
      String name = unique(symbol.name(), used);
      symbols.put(symbol, name);
      Map<String, Object> output = new LinkedHashMap<>();
      output.put("name", name);
      output.putAll(spec(symbol.spec()));
      written.add(output);
    }
    return written;
  }

  private List<Object> references(List<Tensor> tensors, Map<SymbolicTensor, String> symbols) {
    List<Object> written = new ArrayList<>();
    for (Tensor tensor : tensors) {
      written.add(
          switch (tensor) {
            case SymbolicTensor symbol -> symbols.get(symbol);
            case EagerTensor constant -> constant(constant);
          });
    }
    return written;
  }

  /** Returns the JSON reference to a constant. */
  Object constant(EagerTensor tensor) {
    Integer known = numbers.get(tensor);
    if (known == null) {
      known = constants.size();
      numbers.put(tensor, known);
      Map<String, Object> written = spec(tensor.spec());
      if (tensor.shape().count() <= SMALL) {
        written.put("values", values(tensor));
      } else {
        tensors.put("constants/" + known, tensor);
      }
      constants.add(written);
    }
    return Map.of("constant", (long) known);
  }

  private static List<Object> values(EagerTensor tensor) {
    List<Object> values = new ArrayList<>();
    try (Scope _ = new Scope()) {
      EagerTensor dense = tensor.dense();
      for (long i = 0; i < dense.shape().count(); i++) {
        values.add(
            dense.dtype().isFloating()
                ? JsonNumbers.write(Elements.getDouble(dense.dtype(), dense.elements(), i))
                : (Object) Elements.getLong(dense.dtype(), dense.elements(), i));
      }
    }
    return values;
  }

  /** Returns the name of a variable, whose current value is written. */
  String variable(Variable variable) {
    String known = names.get(variable);
    if (known == null) {
      known = unique(variable.name(), taken);
      names.put(variable, known);
      Map<String, Object> written = new LinkedHashMap<>();
      written.put("name", known);
      written.putAll(spec(variable.spec()));
      if (variable == RandomGenerator.ofProcess().state()) {
        written.put("generatorOfProcess", true);
      } else {
        written.put("trainable", variable.trainable());
        // A copy, since another thread may be training it.
        tensors.put("variables/" + known, (EagerTensor) Dispatch.eagerly(variable::value));
      }
      variables.add(written);
    }
    return known;
  }
}
