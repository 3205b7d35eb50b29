package dev.tapedeck.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tapedeck.onnx.proto.AttributeProto;
import dev.tapedeck.onnx.proto.AttributeProto.AttributeType;
import dev.tapedeck.onnx.proto.GraphProto;
import dev.tapedeck.onnx.proto.ModelProto;
import dev.tapedeck.onnx.proto.NodeProto;
import dev.tapedeck.onnx.proto.OperatorSetIdProto;
import dev.tapedeck.onnx.proto.TensorProto;
import dev.tapedeck.onnx.proto.TensorShapeProto;
import dev.tapedeck.onnx.proto.TypeProto;
import dev.tapedeck.onnx.proto.ValueInfoProto;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writer of a graph as ONNX's messages: gives names to values and nodes. */
final class ModelWriter {
  private static final long IR_VERSION = 8;
  private static final long OPSET = 18;

  /** Operators beside others that a step is named for. */
  private static final Set<String> MINOR = Set.of("Slice", "Squeeze", "Transpose");

  private final OnnxModel model;
  private final ConstantData data;
  private final Set<String> taken = new HashSet<>();
  private final Map<Value, String> names = new IdentityHashMap<>();
  private final Map<String, List<Value>> written = new HashMap<>();
  private final List<TensorProto> initializers = new ArrayList<>();

  private ModelWriter(OnnxModel model, ConstantData data) {
    this.model = model;
    this.data = data;
  }

  /** Returns the message of a model. */
  static ModelProto write(OnnxModel model, ConstantData data) {
    ModelWriter writer = new ModelWriter(model, data);
    GraphProto.Builder written = writer.graph(model.graph(), "tapedeck", model.outputs());
    written.addAllInitializer(writer.initializers);
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("tapedeck")
        .setGraph(written)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .build();
  }

  private String unique(String name) {
    String unique = name;
    for (int i = 1; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  /**
   * Returns a graph.
   *
   * @param named names of its outputs
   */
  private GraphProto.Builder graph(OnnxGraph graph, String name, List<String> named) {
    GraphProto.Builder written = GraphProto.newBuilder().setName(name);
    for (Value input : graph.inputs()) {
      names.put(input, unique(input.name()));
      written.addInput(info(names.get(input), input.spec(), axes(graph, input)));
    }
    List<String> titles = named.stream().map(this::unique).toList();
    Set<Value> made = Collections.newSetFromMap(new IdentityHashMap<>());
    graph.nodes().forEach(node -> made.addAll(node.outputs()));
    for (int i = 0; i < titles.size(); i++) {
      if (made.contains(graph.outputs().get(i))) {
        names.putIfAbsent(graph.outputs().get(i), titles.get(i));
      }
    }
    Set<OnnxNode> main = main(graph);
    for (OnnxNode node : graph.nodes()) {
      boolean bears = main.contains(node);
      written.addNode(node(node, bears ? node.scope() : node.scope() + "/" + node.type()));
    }
    for (int i = 0; i < titles.size(); i++) {
      addOutput(written, titles.get(i), graph.outputs().get(i), axes(graph, null));
    }
    return written;
  }

  /** Returns the nodes that have the names of steps: the last one of each. */
  private static Set<OnnxNode> main(OnnxGraph graph) {
    Map<String, OnnxNode> lasts = new HashMap<>();
    for (OnnxNode node : graph.nodes()) {
      if (!MINOR.contains(node.type()) || !lasts.containsKey(node.scope())) {
        lasts.put(node.scope(), node);
      }
    }
    Set<OnnxNode> main = Collections.newSetFromMap(new IdentityHashMap<>());
    main.addAll(lasts.values());
    return main;
  }

  /** Adds an output, which no other value of the graph is. */
  private void addOutput(GraphProto.Builder graph, String title, Value output, String axes) {
    if (!title.equals(names.get(output))) {
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Identity")
              .setName(unique(title + "/Identity"))
              .addInput(name(output))
              .addOutput(title));
    }
    graph.addOutput(info(title, output.spec(), axes));
  }

  /**
   * Returns the names of unknown axes: of the model's inputs, and of its outputs only the first.
   *
   * @param input null for outputs
   * @return the name of all but the first, empty if those have none; null if none has
   */
  @SuppressWarnings("ReferenceEquality")
  private String axes(OnnxGraph graph, Value input) {
    if (graph != model.graph() || (input == null && !model.batched())) {
      return null;
    }
    return input == null ? "" : input.name();
  }

  /**
   * Returns the name of a value; a constant is written when it is first used, and equal ones of one
   * name once.
   */
  private String name(Value value) {
    String known = names.get(value);
    if (known != null) {
      return known;
    }
    List<Value> alike = written.computeIfAbsent(value.name(), name -> new ArrayList<>());
    Value same = alike.stream().filter(one -> equal(one, value)).findFirst().orElse(null);
    String name = same == null ? unique(value.name()) : names.get(same);
    names.put(value, name);
    if (same == null) {
      alike.add(value);
      initializers.add(tensor(name, value.elements()));
    }
    return name;
  }

  private static boolean equal(Value one, Value other) {
    return one.spec().equals(other.spec())
        && one.elements().dense().elements().mismatch(other.elements().dense().elements()) < 0;
  }

  private TensorProto tensor(String name, EagerTensor elements) {
    TensorProto.Builder written =
        TensorProto.newBuilder().setName(name).setDataType(OnnxTypes.number(elements.dtype()));
    Arrays.stream(elements.shape().toArray()).forEach(written::addDims);
    data.put(written, elements.dense());
    return written.build();
  }

  private NodeProto node(OnnxNode node, String title) {
    NodeProto.Builder written = NodeProto.newBuilder().setOpType(node.type());
    String name = unique(title);
    written.setName(name);
    node.inputs().forEach(input -> written.addInput(input == null ? "" : name(input)));
    // The names of values may be those of nodes.
    for (int i = 0; i < node.outputs().size(); i++) {
      // Those that nothing uses, too: ONNX Runtime crashes where an operator has no optional ones.
      String output = unique(name + ":" + i);
      names.putIfAbsent(node.outputs().get(i), output);
      written.addOutput(names.get(node.outputs().get(i)));
    }
    node.attributes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            attribute ->
                written.addAttribute(attribute(attribute.getKey(), attribute.getValue(), name)));
    return written.build();
  }

  private AttributeProto attribute(String name, Object value, String node) {
    AttributeProto.Builder written = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Long number -> written.setType(AttributeType.INT).setI(number);
      case Double number -> written.setType(AttributeType.FLOAT).setF(number.floatValue());
      case String text -> written.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
      case long[] numbers -> {
        written.setType(AttributeType.INTS);
        Arrays.stream(numbers).forEach(written::addInts);
      }
      case OnnxGraph graph -> {
        List<String> outputs =
            graph.outputs().stream().map(output -> node + "/" + name + "/output").toList();
        written.setType(AttributeType.GRAPH).setG(graph(graph, node + "/" + name, outputs));
      }
      default -> throw new IllegalStateException("onnx: no attribute is " + value.getClass());
    }
    return written.build();
  }

  /**
   * Returns the type of an input or output.
   *
   * @param axes names of the unknown axes, as {@link #axes} gives them
   */
  private static ValueInfoProto info(String name, TensorSpec spec, String axes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < spec.shape().rank(); i++) {
      long size = spec.shape().size(i);
      TensorShapeProto.Dimension.Builder axis = TensorShapeProto.Dimension.newBuilder();
      if (size != Shape.UNKNOWN) {
        axis.setDimValue(size);
      } else if (axes != null && i == 0) {
        axis.setDimParam("batch");
      } else if (axes != null && !axes.isEmpty()) {
        axis.setDimParam(axes + "_" + i);
      }
      shape.addDim(axis);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxTypes.number(spec.dtype()))
                        .setShape(shape)))
        .build();
  }

  /** Returns the bytes of a dense tensor, without a copy. */
  static ByteString bytes(EagerTensor dense) {
    return UnsafeByteOperations.unsafeWrap(
        dense.elements().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
  }
}
