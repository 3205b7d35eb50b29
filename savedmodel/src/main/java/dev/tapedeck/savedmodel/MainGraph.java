package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.GraphDef;
import dev.tapedeck.savedmodel.proto.MetaGraph;
import dev.tapedeck.savedmodel.proto.NodeDef;
import dev.tapedeck.savedmodel.proto.SaverDef;
import dev.tapedeck.savedmodel.proto.SignatureDef;
import dev.tapedeck.savedmodel.proto.Version;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The main graph: the variables, a call of each signature, and the saver. Programs other than
 * TensorFlow 2 in Python run it.
 */
final class MainGraph {
  private static final int RESOURCE = 20;

  /** The version of TensorFlow's graphs that these are: that of TensorFlow 2.21. */
  private static final int PRODUCER = 2468;

  private final MetaGraph.Builder meta;
  private final List<NodeDef.Builder> pending = new ArrayList<>();
  private final Map<Variable, String> handles = new HashMap<>();

  MainGraph(MetaGraph.Builder meta) {
    this.meta = meta;
  }

  private NodeWriter node(String name, String op, String... inputs) {
    return node(name, op, List.of(inputs));
  }

  private NodeWriter node(String name, String op, List<String> inputs) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op).addAllInput(inputs);
    pending.add(node);
    return new NodeWriter(node);
  }

  /** Adds a variable, whose value the saver restores. */
  void variable(Variable variable, String path, int number) {
    String name = Names.node(path + "_" + number);
    node(name, "VarHandleOp")
        .type("dtype", variable.dtype())
        .shape("shape", variable.shape())
        .text("shared_name", name)
        .text("container", "");
    handles.put(variable, name);
  }

  /** Adds a call of an endpoint's signature under a name. */
  void signature(String name, Endpoint endpoint) {
    SignatureDef.Builder signature =
        SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    List<String> passed = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    endpoint
        .namedInputs()
        .forEach(
            (key, spec) -> {
              String input = Names.node(name + "_" + key);
              node(input, "Placeholder").type("dtype", spec.dtype()).shape("shape", spec.shape());
              signature.putInputs(key, Protos.info(input + ":0", spec));
              passed.add(input);
              types.add(TensorFlowTypes.number(spec.dtype()));
            });
    for (Variable variable : endpoint.variables()) {
      passed.add(handles.get(variable));
      types.add(RESOURCE);
    }
    List<TensorSpec> outputs = List.copyOf(endpoint.namedOutputs().values());
    String call = Names.node(name + "_call");
    node(call, "StatefulPartitionedCall", passed)
        .types("Tin", types)
        .types("Tout", outputs.stream().map(one -> TensorFlowTypes.number(one.dtype())).toList())
        .shapes("_output_shapes", outputs)
        .function("f", endpoint.signature());
    List<String> keys = List.copyOf(endpoint.namedOutputs().keySet());
    for (int i = 0; i < keys.size(); i++) {
      signature.putOutputs(keys.get(i), Protos.info(call + ":" + i, outputs.get(i)));
    }
    meta.putSignatureDef(name, signature.build());
  }

  /** Adds the nodes that save and restore variables, whose values have these keys in the files. */
  void saver(Map<Variable, String> keys) {
    node("saver/model", "Const")
        .type("dtype", TensorFlowTypes.STRING)
        .tensor("value", Protos.text("model"));
    node("saver_filename", "PlaceholderWithDefault", "saver/model")
        .type("dtype", TensorFlowTypes.STRING)
        .shape("shape", Shape.of());
    List<Variable> variables = List.copyOf(keys.keySet());
    save(variables, keys);
    restore(variables, keys);
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName("saver_filename:0")
            .setSaveTensorName("saver/path:0")
            .setRestoreOpName("saver/restore_all")
            .setVersion(2));
  }

  private void save(List<Variable> variables, Map<Variable, String> keys) {
    List<String> names = new ArrayList<>(keys.values());
    List<String> inputs = new ArrayList<>(List.of("saver_filename", "saver/names", "saver/slices"));
    List<Integer> types = new ArrayList<>();
    for (Variable variable : variables) {
      String read = handles.get(variable) + "/Read";
      node(read, "ReadVariableOp", handles.get(variable)).type("dtype", variable.dtype());
      inputs.add(read);
      types.add(TensorFlowTypes.number(variable.dtype()));
    }
    if (variables.isEmpty()) { // SaveV2 wants a tensor
      node("saver/nothing", "Const")
          .type("dtype", TensorFlowTypes.STRING)
          .tensor("value", Protos.text(""));
      names.add("nothing");
      inputs.add("saver/nothing");
      types.add(TensorFlowTypes.STRING);
    }
    texts("saver/names", names);
    texts("saver/slices", Collections.nCopies(names.size(), ""));
    node("saver/save", "SaveV2", inputs).types("dtypes", types);
    node("saver/path", "Identity", "saver_filename", "^saver/save")
        .type("T", TensorFlowTypes.STRING);
  }

  private void restore(List<Variable> variables, Map<Variable, String> keys) {
    List<String> assigned = new ArrayList<>();
    if (!variables.isEmpty()) {
      texts("saver/restored_names", List.copyOf(keys.values()));
      texts("saver/restored_slices", Collections.nCopies(variables.size(), ""));
      node(
              "saver/restore",
              "RestoreV2",
              "saver_filename",
              "saver/restored_names",
              "saver/restored_slices")
          .types(
              "dtypes",
              variables.stream().map(one -> TensorFlowTypes.number(one.dtype())).toList());
    }
    for (int i = 0; i < variables.size(); i++) {
      DType dtype = variables.get(i).dtype();
      String assign = "saver/assign_" + i;
      node("saver/value_" + i, "Identity", "saver/restore:" + i).type("T", dtype);
      node(assign, "AssignVariableOp", handles.get(variables.get(i)), "saver/value_" + i)
          .type("dtype", dtype);
      assigned.add("^" + assign);
    }
    node("saver/restore_all", "NoOp", assigned);
  }

  private void texts(String name, List<String> texts) {
    node(name, "Const").type("dtype", TensorFlowTypes.STRING).tensor("value", Protos.texts(texts));
  }

  /** Writes the graph with its functions. */
  void write(Library library) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    pending.forEach(node -> graph.addNode(node.build()));
    meta.setGraphDef(
        graph
            .setLibrary(library.write())
            .setVersions(Version.newBuilder().setProducer(PRODUCER).setMinConsumer(12)));
  }
}
