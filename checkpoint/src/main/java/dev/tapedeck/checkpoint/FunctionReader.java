package dev.tapedeck.checkpoint;

import dev.tapedeck.function.FunctionDefinition;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reader of a saved function, which trusts nothing in the file: each call's outputs must be those
 * that its op derives from the inputs.
 */
final class FunctionReader {
  private static final int MAX_RANK = 32;

  private final AttributeReader attributes = new AttributeReader(this);
  private final Map<String, EagerTensor> tensors;

  /** Names of the tensors that no variable or constant has used yet. */
  private final Set<String> left;

  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Variable> own = new LinkedHashMap<>();
  private final List<EagerTensor> constants = new ArrayList<>();

  FunctionReader(Map<String, EagerTensor> tensors) {
    this.tensors = tensors;
    this.left = new HashSet<>(tensors.keySet());
  }

  /**
   * Returns the function of the JSON.
   *
   * @throws IllegalArgumentException if it is not consistent
   */
  FunctionDefinition read(Object written) {
    Map<?, ?> map = StrictJson.as(Map.class, written, "the file");
    if (!FunctionWriter.FORMAT.equals(map.get("format"))) {
      throw new IllegalArgumentException("its format is not " + FunctionWriter.FORMAT);
    }
    long version = StrictJson.get(Long.class, map, "version");
    if (version < 1 || version > FunctionWriter.VERSION) {
      throw new IllegalArgumentException(
          "its version is "
              + version
              + ", known are 1 to "
              + FunctionWriter.VERSION
              + "; it was saved by a newer Tapedeck, load it with that one");
    }
    for (Object variable : StrictJson.get(List.class, map, "variables")) {
      addVariable(StrictJson.as(Map.class, variable, "a variable"));
    }
    for (Object constant : StrictJson.get(List.class, map, "constants")) {
      constants.add(constantOf(StrictJson.as(Map.class, constant, "a constant")));
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is made of the tensors " + Mismatch.oneLine(left.toString()));
    }
    List<String> opaqueOps = new ArrayList<>();
    for (Object name : StrictJson.get(List.class, map, version == 1 ? "told" : "opaqueOps")) {
      opaqueOps.add(StrictJson.as(String.class, name, "the name of an opaque op"));
    }
    @SuppressWarnings("unchecked") // lists hold objects
    List<Object> parameters = StrictJson.get(List.class, map, "parameters");
    return new FunctionDefinition(
        StrictJson.get(String.class, map, "name"),
        parameters,
        StrictJson.get(Map.class, map, "result"),
        graph(map.get("graph")),
        opaqueOps);
  }

  /** Returns the variables by name, except the state of the process's generator. */
  Map<String, Variable> variables() {
    return own;
  }

  private void addVariable(Map<?, ?> written) {
    String name = StrictJson.get(String.class, written, "name");
    TensorSpec spec = spec(written);
    Variable variable;
    if (Boolean.TRUE.equals(written.get("generatorOfProcess"))) {
      variable = RandomGenerator.ofProcess().state();
      requireSpec("the state of the process's generator", spec, variable.spec());
    } else {
      EagerTensor value = tensor("variables/" + name, spec);
      variable =
          StrictJson.get(Boolean.class, written, "trainable")
              ? Variable.of(value, name)
              : Variable.untrainable(value, name);
      own.put(name, variable);
    }
    if (variables.put(name, variable) != null) {
      throw new IllegalArgumentException("there are two variables " + Mismatch.quoted(name));
    }
  }

  private EagerTensor tensor(String name, TensorSpec spec) {
    EagerTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor " + Mismatch.quoted(name));
    }
    requireSpec("tensor " + Mismatch.quoted(name), spec, tensor.spec());
    left.remove(name);
    return tensor;
  }

  private static void requireSpec(String what, TensorSpec said, TensorSpec is) {
    if (!is.equals(said)) {
      throw new IllegalArgumentException(what + " is " + is + ", the graph says " + said);
    }
  }

  private EagerTensor constantOf(Map<?, ?> written) {
    TensorSpec spec = spec(written);
    if (!written.containsKey("values")) {
      return tensor("constants/" + constants.size(), spec);
    }
    List<?> values = StrictJson.get(List.class, written, "values");
    if (spec.shape().count() != values.size()) {
      throw new IllegalArgumentException(
          "a constant of shape " + spec.shape() + " has " + values.size() + " values");
    }
    EagerTensor tensor = EagerTensor.allocate(spec);
    for (int i = 0; i < values.size(); i++) {
      if (spec.dtype().isFloating()) {
        Elements.setDouble(spec.dtype(), tensor.elements(), i, JsonNumbers.real(values.get(i)));
      } else {
        long most = spec.dtype() == DType.BOOL ? 1 : Long.MAX_VALUE;
        long least = spec.dtype() == DType.BOOL ? 0 : Long.MIN_VALUE;
        Elements.setLong(
            spec.dtype(), tensor.elements(), i, JsonNumbers.whole(values.get(i), least, most));
      }
    }
    return tensor;
  }

  static TensorSpec spec(Map<?, ?> written) {
    return new TensorSpec(dtype(written.get("dtype")), shape(written.get("shape")));
  }

  static DType dtype(Object written) {
    for (DType dtype : DType.fixedSize()) {
      if (dtype.toString().equals(written)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "unknown dtype " + Mismatch.quoted(String.valueOf(written).toLowerCase(Locale.ROOT)));
  }

  static Shape shape(Object written) {
    List<?> sizes = StrictJson.as(List.class, written, "a shape");
    if (sizes.size() > MAX_RANK) {
      throw new IllegalArgumentException("a shape has " + sizes.size() + " axes");
    }
    return Shape.of(
        sizes.stream().mapToLong(size -> StrictJson.as(Long.class, size, "a size")).toArray());
  }

  Variable variable(Object name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new IllegalArgumentException(
          "there is no variable " + Mismatch.quoted(String.valueOf(name)));
    }
    return variable;
  }

  EagerTensor constant(Object reference) {
    long number =
        StrictJson.get(Long.class, StrictJson.as(Map.class, reference, "a constant"), "constant");
    if (number < 0 || number >= constants.size()) {
      throw new IllegalArgumentException("there is no constant " + number);
    }
    return constants.get((int) number);
  }

  Graph graph(Object written) {
    Map<?, ?> map = StrictJson.as(Map.class, written, "a graph");
    Map<String, SymbolicTensor> symbols = new HashMap<>();
    List<SymbolicTensor> inputs = new ArrayList<>();
    for (Object input : StrictJson.get(List.class, map, "inputs")) {
      Map<?, ?> said = StrictJson.as(Map.class, input, "an input");
      inputs.add(symbol(said, spec(said), symbols));
    }
    List<Node> nodes = new ArrayList<>();
    for (Object node : StrictJson.get(List.class, map, "nodes")) {
      Map<?, ?> call = StrictJson.as(Map.class, node, "a node");
      String name = StrictJson.get(String.class, call, "name");
      try {
        nodes.add(node(name, call, symbols));
      } catch (RuntimeException e) { // ops meet inputs that tracing never gives them
        String how = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
        throw new IllegalArgumentException("node " + Mismatch.quoted(name) + ": " + how, e);
      }
    }
    return new Graph(inputs, nodes, references(map.get("outputs"), symbols));
  }

  private Node node(String name, Map<?, ?> call, Map<String, SymbolicTensor> symbols) {
    Op op = attributes.op(StrictJson.get(String.class, call, "op"), call.get("attributes"));
    List<Tensor> inputs = references(call.get("inputs"), symbols);
    TensorSpec[] specs = op.infer(inputs.stream().map(Tensor::spec).toArray(TensorSpec[]::new));
    List<?> said = StrictJson.get(List.class, call, "outputs");
    boolean fit = said.size() == specs.length;
    List<SymbolicTensor> outputs = new ArrayList<>();
    for (int i = 0; fit && i < specs.length; i++) {
      Map<?, ?> output = StrictJson.as(Map.class, said.get(i), "an output");
      fit = specs[i].fits(spec(output));
      outputs.add(symbol(output, specs[i], symbols));
    }
    if (!fit) {
      throw new IllegalArgumentException(
          "its op gives "
              + Arrays.toString(specs)
              + ", in the file it gives "
              + said.stream().map(o -> spec(StrictJson.as(Map.class, o, "an output"))).toList());
    }
    return new Node(name, op, inputs, outputs);
  }

  private static SymbolicTensor symbol(
      Map<?, ?> written, TensorSpec spec, Map<String, SymbolicTensor> symbols) {
    String name = StrictJson.get(String.class, written, "name");
    SymbolicTensor symbol =
        new SymbolicTensor(
            name,
            spec,
            asked -> {
              throw new IllegalStateException(asked + " has no value, it is a part of a graph");
            });
    if (symbols.put(name, symbol) != null) {
      throw new IllegalArgumentException("there are two tensors " + Mismatch.quoted(name));
    }
    return symbol;
  }

  private List<Tensor> references(Object written, Map<String, SymbolicTensor> symbols) {
    List<Tensor> tensors = new ArrayList<>();
    for (Object reference : StrictJson.as(List.class, written, "inputs and outputs")) {
      Tensor tensor = reference instanceof String name ? symbols.get(name) : constant(reference);
      if (tensor == null) {
        throw new IllegalArgumentException(
            "there is no tensor " + Mismatch.quoted(reference.toString()) + " before it");
      }
      tensors.add(tensor);
    }
    return tensors;
  }
}
