package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.AttrValue;
import dev.tapedeck.savedmodel.proto.FunctionDef;
import dev.tapedeck.savedmodel.proto.NodeDef;
import dev.tapedeck.savedmodel.proto.OpDef;
import dev.tapedeck.savedmodel.proto.TensorShape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The body of a function in the making: TensorFlow's FunctionDef.
 *
 * <p>A function takes its inputs and then a resource for each variable that it reads, which are
 * added as they are met.
 */
final class FunctionBody {
  private static final int RESOURCE = 20;

  private final String name;
  private final Library library;
  private final List<Value> inputs = new ArrayList<>();
  private final List<NodeDef.Builder> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<Variable, String> resources = new LinkedHashMap<>();
  private final Map<Variable, Value> reads = new HashMap<>();
  private final Map<Variable, List<String>> readers = new HashMap<>(); // since the last write
  private final Map<Variable, String> writes = new LinkedHashMap<>(); // the last ones
  private final Map<EagerTensor, Value> constants = new IdentityHashMap<>();
  private final Map<String, EagerTensor> tensors = new HashMap<>(); // by the constants' names
  private final Map<Object, Value> scalars = new HashMap<>();
  private String scope = "";

  FunctionBody(String name, Library library) {
    this.name = name;
    this.library = library;
  }

  String name() {
    return name;
  }

  Library library() {
    return library;
  }

  /** Adds an argument. */
  Value input(String wanted, TensorSpec spec) {
    Value input = new Value(unique(Names.argument(wanted)), spec);
    inputs.add(input);
    return input;
  }

  String scope() {
    return scope;
  }

  /** Sets the name scope of the nodes that follow. */
  void scope(String within) {
    scope = within;
  }

  /** Adds a node. */
  NodeWriter node(String op, Value... from) {
    return node(op, op, List.of(from));
  }

  /** Adds a node of a name. */
  NodeWriter node(String wanted, String op, List<Value> from) {
    String path = scope.isEmpty() ? wanted : scope + "/" + wanted;
    NodeDef.Builder node = NodeDef.newBuilder().setName(unique(Names.node(path))).setOp(op);
    from.forEach(value -> node.addInput(value.name()));
    nodes.add(node);
    return new NodeWriter(node);
  }

  private String unique(String wanted) {
    String unique = wanted;
    for (int i = 1; !names.add(unique); i++) {
      unique = wanted + "_" + i;
    }
    return unique;
  }

  /** Returns a constant. */
  Value constant(EagerTensor tensor) {
    Value known = constants.get(tensor);
    if (known == null) {
      known = constantOf(tensor);
      constants.put(tensor, known);
      tensors.put(known.name(), tensor);
    }
    return known;
  }

  /** Returns the tensor that a value is a constant of; null if it is none. */
  EagerTensor known(Value value) {
    return tensors.get(value.name());
  }

  /** Returns a constant of what {@link Tensor#of(Object)} takes, one for all of equal keys. */
  Value constant(Object key, DType dtype, Object value) {
    return scalars.computeIfAbsent(
        List.of(key, dtype),
        _ -> {
          try (Scope _ = new Scope()) {
            return constantOf((EagerTensor) Tensor.of(value).cast(dtype));
          }
        });
  }

  private Value constantOf(EagerTensor tensor) {
    return outside(
        () ->
            node("Const", "Const", List.of())
                .type("dtype", tensor.dtype())
                .tensor("value", library.tensor(tensor))
                .output("output", tensor.spec()));
  }

  /** Adds what several parts may share, outside of the name scope of the one that comes first. */
  private Value outside(Supplier<Value> added) {
    String before = scope;
    scope = "";
    Value value = added.get();
    scope = before;
    return value;
  }

  /** Returns a variable's value: a read of the resource, or a constant if all is frozen. */
  Value read(Variable variable) {
    return reads.computeIfAbsent(
        variable, one -> outside(() -> library.frozen() ? frozen(one) : present(one)));
  }

  private Value present(Variable variable) {
    String name = library.name(variable) + "/Read";
    NodeWriter node = node(name, "ReadVariableOp", List.of(resource(variable)));
    if (writes.containsKey(variable)) {
      node.after(writes.get(variable));
    }
    readers.computeIfAbsent(variable, _ -> new ArrayList<>()).add(node.name());
    return node.type("dtype", variable.dtype()).output("value", variable.spec());
  }

  /** Assigns to a variable, after what was read of it and written before. */
  void assign(Variable variable, Value value) {
    if (library.frozen()) {
      throw new Unsupported("assigns to the variable " + variable.name() + ", which is frozen");
    }
    NodeWriter node = node("AssignVariableOp", resource(variable), value);
    node.type("dtype", variable.dtype());
    readers.getOrDefault(variable, List.of()).forEach(node::after);
    if (writes.containsKey(variable)) {
      node.after(writes.get(variable));
    }
    readers.remove(variable);
    reads.remove(variable);
    writes.put(variable, node.name());
  }

  private Value frozen(Variable variable) {
    return node(library.name(variable), "Const", List.of())
        .type("dtype", variable.dtype())
        .tensor("value", library.value(variable))
        .output("output", variable.spec());
  }

  /** Returns the resource of a variable. */
  Value resource(Variable variable) {
    String argument =
        resources.computeIfAbsent(variable, one -> unique(Names.argument(library.name(one))));
    return new Value(argument, variable.spec());
  }

  /** Returns the variables whose resources the function takes after its inputs. */
  List<Variable> variables() {
    return List.copyOf(resources.keySet());
  }

  /** Returns TensorFlow's types of values, of which some may be resources. */
  List<Integer> argumentTypes(List<Value> values) {
    return values.stream()
        .map(
            value ->
                resources.containsValue(value.name())
                    ? RESOURCE
                    : TensorFlowTypes.number(value.dtype()))
        .toList();
  }

  /** Returns the finished function. */
  FunctionDef finish(Map<String, Value> outputs) {
    OpDef.Builder signature = OpDef.newBuilder().setName(name);
    AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
    for (Value input : inputs) {
      signature.addInputArg(argument(input.name(), input.dtype()));
      shapes.addShape(Protos.shape(input.shape()));
    }
    resources.forEach(
        (variable, argument) -> {
          signature.addInputArg(resource(argument, variable.spec()));
          shapes.addShape(TensorShape.getDefaultInstance());
        });
    FunctionDef.Builder function = FunctionDef.newBuilder();
    outputs.forEach(
        (output, value) -> {
          signature.addOutputArg(argument(output, value.dtype()));
          function.putRet(output, value.name());
        });
    nodes.forEach(node -> function.addNodeDef(node.build()));
    for (String write : writes.values()) {
      String output = "write_" + signature.getControlOutputCount();
      signature.addControlOutput(output).setIsStateful(true);
      function.putControlRet(output, write);
    }
    return function
        .setSignature(signature)
        .putAttr("_input_shapes", AttrValue.newBuilder().setList(shapes).build())
        .build();
  }

  private static OpDef.Argument argument(String name, DType dtype) {
    return OpDef.Argument.newBuilder().setName(name).setType(TensorFlowTypes.number(dtype)).build();
  }

  private static OpDef.Argument resource(String name, TensorSpec spec) {
    return OpDef.Argument.newBuilder()
        .setName(name)
        .setType(RESOURCE)
        .addHandleData(
            OpDef.HandleData.newBuilder()
                .setDtype(TensorFlowTypes.number(spec.dtype()))
                .setShape(Protos.shape(spec.shape())))
        .build();
  }
}
