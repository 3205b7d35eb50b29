package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.BareFunction;
import dev.tapedeck.savedmodel.proto.FunctionSpec;
import dev.tapedeck.savedmodel.proto.SavedConcreteFunction;
import dev.tapedeck.savedmodel.proto.SavedFunction;
import dev.tapedeck.savedmodel.proto.SavedObject;
import dev.tapedeck.savedmodel.proto.SavedObjectGraph;
import dev.tapedeck.savedmodel.proto.SavedVariable;
import dev.tapedeck.savedmodel.proto.StructuredValue;
import dev.tapedeck.savedmodel.proto.UserObject;
import dev.tapedeck.savedmodel.proto.Version;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code tf.saved_model.load} makes objects of: lists of variables, functions and signatures.
 */
final class ObjectGraph {
  /** The list of all variables, by which the files have their values. */
  static final String VARIABLES = "variables";

  /** Names of the root's attributes that endpoints cannot have. */
  static final Set<String> RESERVED =
      Set.of(VARIABLES, "trainable_variables", "non_trainable_variables", "signatures", "graph");

  private static final StructuredValue NONE =
      StructuredValue.newBuilder().setNoneValue(StructuredValue.None.getDefaultInstance()).build();

  private final List<SavedObject.Builder> nodes = new ArrayList<>();
  private final Map<Variable, Integer> numbers = new IdentityHashMap<>();
  private final Map<String, SavedConcreteFunction> functions = new LinkedHashMap<>();

  ObjectGraph() {
    add(SavedObject.newBuilder().setUserObject(object("_generic_user_object")));
  }

  private int add(SavedObject.Builder node) {
    nodes.add(node);
    return nodes.size() - 1;
  }

  private static UserObject object(String identifier) {
    return UserObject.newBuilder()
        .setIdentifier(identifier)
        .setVersion(Version.newBuilder().setProducer(1).setMinConsumer(1))
        .build();
  }

  private void child(int parent, String name, int child) {
    nodes
        .get(parent)
        .addChildren(SavedObject.Child.newBuilder().setLocalName(name).setNodeId(child));
  }

  /** Adds lists of variables, by their names, to the root. */
  void variables(Map<String, List<Variable>> lists, Map<Variable, String> names) {
    lists.forEach(
        (name, variables) -> {
          int list = add(SavedObject.newBuilder().setUserObject(object("trackable_list_wrapper")));
          child(0, name, list);
          for (int i = 0; i < variables.size(); i++) {
            child(list, String.valueOf(i), number(variables.get(i), names));
          }
        });
  }

  private int number(Variable variable, Map<Variable, String> names) {
    return numbers.computeIfAbsent(
        variable,
        one ->
            add(
                SavedObject.newBuilder()
                    .setVariable(
                        SavedVariable.newBuilder()
                            .setDtype(TensorFlowTypes.number(one.dtype()))
                            .setShape(Protos.shape(one.shape()))
                            .setTrainable(one.trainable())
                            .setName(names.get(one)))));
  }

  /** Adds a function that is called as an attribute of the root. */
  void function(Endpoint endpoint) {
    List<StructuredValue> parameters = new ArrayList<>();
    endpoint.parameters().values().forEach(value -> parameters.add(value.write(endpoint.inputs())));
    StructuredValue taken = PythonValue.tuple(parameters);
    put(
        endpoint.function(),
        endpoint,
        PythonValue.tuple(List.of(taken, PythonValue.dict(Map.of()))),
        endpoint.result().write(endpoint.outputs()));
    child(
        0,
        endpoint.name(),
        add(
            SavedObject.newBuilder()
                .setFunction(
                    SavedFunction.newBuilder()
                        .addConcreteFunctions(endpoint.function())
                        .setFunctionSpec(
                            FunctionSpec.newBuilder()
                                .setFullargspec(arguments(endpoint))
                                .setInputSignature(taken)))));
  }

  /** Returns Python's named tuple of a function's arguments. */
  private static StructuredValue arguments(Endpoint endpoint) {
    StructuredValue.Sequence.Builder names = StructuredValue.Sequence.newBuilder();
    endpoint.parameters().keySet().forEach(name -> names.addValues(text(name)));
    StructuredValue none = StructuredValue.newBuilder().setListValue(sequence()).build();
    Map<String, StructuredValue> parts = new LinkedHashMap<>();
    parts.put("args", StructuredValue.newBuilder().setListValue(names).build());
    parts.put("varargs", NONE);
    parts.put("varkw", NONE);
    parts.put("defaults", NONE);
    parts.put("kwonlyargs", none);
    parts.put("kwonlydefaults", NONE);
    parts.put("annotations", PythonValue.dict(Map.of()));
    StructuredValue.NamedTuple.Builder tuple =
        StructuredValue.NamedTuple.newBuilder().setName("FullArgSpec");
    parts.forEach(
        (key, value) ->
            tuple.addValues(
                StructuredValue.NamedTuple.Pair.newBuilder().setKey(key).setValue(value)));
    return StructuredValue.newBuilder().setNamedTupleValue(tuple).build();
  }

  private static StructuredValue.Sequence sequence() {
    return StructuredValue.Sequence.getDefaultInstance();
  }

  private static StructuredValue text(String text) {
    return StructuredValue.newBuilder().setStringValue(text).build();
  }

  /** Adds the signatures. */
  void signatures(Map<String, Endpoint> endpoints) {
    int map = add(SavedObject.newBuilder().setUserObject(object("signature_map")));
    child(0, "signatures", map);
    endpoints.forEach(
        (name, endpoint) -> {
          List<String> keys = List.copyOf(endpoint.namedInputs().keySet());
          StructuredValue none = PythonValue.tuple(List.of());
          put(
              endpoint.signature(),
              endpoint,
              PythonValue.tuple(List.of(none, PythonValue.dict(specs(endpoint.namedInputs())))),
              PythonValue.dict(specs(endpoint.namedOutputs())));
          BareFunction.Builder bare =
              BareFunction.newBuilder()
                  .setConcreteFunctionName(endpoint.signature())
                  .addAllArgumentKeywords(keys)
                  .setAllowedPositionalArguments(keys.size() == 1 ? 1 : 0);
          child(map, name, add(SavedObject.newBuilder().setBareConcreteFunction(bare)));
        });
  }

  private static Map<String, StructuredValue> specs(Map<String, TensorSpec> named) {
    Map<String, StructuredValue> specs = new LinkedHashMap<>();
    named.forEach((key, spec) -> specs.put(key, PythonValue.spec(key, spec)));
    return specs;
  }

  private void put(
      String function, Endpoint endpoint, StructuredValue taken, StructuredValue returned) {
    functions.put(
        function,
        SavedConcreteFunction.newBuilder()
            .addAllBoundInputs(endpoint.variables().stream().map(numbers::get).toList())
            .setCanonicalizedInputSignature(taken)
            .setOutputSignature(returned)
            .build());
  }

  SavedObjectGraph write() {
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder();
    nodes.forEach(node -> graph.addNodes(node.build()));
    return graph.putAllConcreteFunctions(functions).build();
  }
}
