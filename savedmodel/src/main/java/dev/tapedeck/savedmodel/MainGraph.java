package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.savedmodel.proto.GraphDef;
import dev.tapedeck.savedmodel.proto.MetaGraph;
import dev.tapedeck.savedmodel.proto.NodeDef;
import dev.tapedeck.savedmodel.proto.SaverDef;
import dev.tapedeck.savedmodel.proto.SignatureDef;
import dev.tapedeck.savedmodel.proto.TensorValue;
import dev.tapedeck.savedmodel.proto.Version;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final Set<String> names = new HashSet<>();
  private final Map<Variable, String> handles = new HashMap<>();

  MainGraph(MetaGraph.Builder meta) {
    this.meta = meta;
  }

  private NodeWriter node(String name, String op, String... inputs) {
    return node(name, op, List.of(inputs));
  }

  /** Adds a node, whose name gets a number if another has it. */
  private NodeWriter node(String wanted, String op, List<String> inputs) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op).addAllInput(inputs);
    pending.add(node);
    return new NodeWriter(node);
  }

  /** Adds a variable, whose value the saver restores. */
  void variable(Variable variable, String path, int number) {
    NodeWriter handle = node(Names.node(path + "_" + number), "VarHandleOp");
    handle
        .type("dtype", variable.dtype())
        .shape("shape", variable.shape())
        .text("shared_name", handle.name())
        .text("container", "");
    handles.put(variable, handle.name());
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
              NodeWriter input = node(Names.node(name + "_" + key), "Placeholder");
              input.type("dtype", spec.dtype()).shape("shape", spec.shape());
              signature.putInputs(key, Protos.info(input.name() + ":0", spec));
              passed.add(input.name());
              types.add(TensorFlowTypes.number(spec.dtype()));
            });
    for (Variable variable : endpoint.variables()) {
      passed.add(handles.get(variable));
      types.add(RESOURCE);
    }
    List<TensorSpec> outputs = List.copyOf(endpoint.namedOutputs().values());
    NodeWriter call = node(Names.node(name + "_call"), "StatefulPartitionedCall", passed);
    call.types("Tin", types)
        .types("Tout", outputs.stream().map(one -> TensorFlowTypes.number(one.dtype())).toList())
        .shapes("_output_shapes", outputs)
        .function("f", endpoint.signature());
    List<String> keys = List.copyOf(endpoint.namedOutputs().keySet());
    for (int i = 0; i < keys.size(); i++) {
      signature.putOutputs(keys.get(i), Protos.info(call.name() + ":" + i, outputs.get(i)));
    }
    meta.putSignatureDef(name, signature.build());
  }

  /** Adds the nodes that save and restore variables, whose values have these keys in the files. */
  void saver(Map<Variable, String> keys) {
    String standard = text("saver/model", Protos.text("model"));
    String file =
        node("saver_filename", "PlaceholderWithDefault", standard)
            .type("dtype", TensorFlowTypes.STRING)
            .shape("shape", Shape.of())
            .name();
    meta.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName(file + ":0")
            .setSaveTensorName(save(file, keys) + ":0")
            .setRestoreOpName(restore(file, keys))
            .setVersion(2));
  }

  /** Adds the nodes that save, and returns the one that gives the name of the file. */
  private String save(String file, Map<Variable, String> keys) {
    List<String> saved = new ArrayList<>(keys.values());
    List<String> values = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    for (Variable variable : keys.keySet()) {
      String handle = handles.get(variable);
      values.add(
          node(handle + "/Read", "ReadVariableOp", handle).type("dtype", variable.dtype()).name());
      types.add(TensorFlowTypes.number(variable.dtype()));
    }
    if (keys.isEmpty()) { // SaveV2 wants a tensor
      saved.add("nothing");
      values.add(text("saver/nothing", Protos.text("")));
      types.add(TensorFlowTypes.STRING);
    }
    List<String> inputs = new ArrayList<>(List.of(file));
    inputs.add(text("saver/names", Protos.texts(saved)));
    inputs.add(text("saver/slices", Protos.texts(Collections.nCopies(saved.size(), ""))));
    inputs.addAll(values);
    String save = node("saver/save", "SaveV2", inputs).types("dtypes", types).name();
    return node("saver/path", "Identity", file, "^" + save)
        .type("T", TensorFlowTypes.STRING)
        .name();
  }

  /** Adds the nodes that restore, and returns the one that has all variables assigned to. */
  private String restore(String file, Map<Variable, String> keys) {
    List<Variable> variables = List.copyOf(keys.keySet());
    List<String> assigned = new ArrayList<>();
    if (!variables.isEmpty()) {
      List<String> slices = Collections.nCopies(variables.size(), "");
      String restore =
          node(
                  "saver/restore",
                  "RestoreV2",
                  file,
                  text("saver/restored_names", Protos.texts(List.copyOf(keys.values()))),
                  text("saver/restored_slices", Protos.texts(slices)))
              .types(
                  "dtypes",
                  variables.stream().map(one -> TensorFlowTypes.number(one.dtype())).toList())
              .name();
      for (int i = 0; i < variables.size(); i++) {
        DType dtype = variables.get(i).dtype();
        String value =
            node("saver/value_" + i, "Identity", restore + ":" + i).type("T", dtype).name();
        NodeWriter assign =
            node("saver/assign_" + i, "AssignVariableOp", handles.get(variables.get(i)), value);
        assigned.add("^" + assign.type("dtype", dtype).name());
      }
    }
    return node("saver/restore_all", "NoOp", assigned).name();
  }

  /** Adds a constant of text, and returns its name. */
  private String text(String name, TensorValue text) {
    return node(name, "Const").type("dtype", TensorFlowTypes.STRING).tensor("value", text).name();
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
