package dev.tapedeck.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.checkpoint.CheckpointException;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.onnx.OnnxTypes;
import dev.tapedeck.onnx.proto.GraphProto;
import dev.tapedeck.onnx.proto.ModelProto;
import dev.tapedeck.onnx.proto.NodeProto;
import dev.tapedeck.onnx.proto.TensorProto;
import dev.tapedeck.onnx.proto.TensorShapeProto.Dimension;
import dev.tapedeck.onnx.proto.ValueInfoProto;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A reader of a file of ONNX: its weights, and as metadata inputs, outputs and counts of nodes. */
final class OnnxContents extends CheckpointReader {
  private final Map<String, TensorProto> tensors;
  private final Map<String, String> metadata;

  private OnnxContents(Path path, ModelProto model) {
    super(path, descriptions(model.getGraph()));
    tensors =
        model.getGraph().getInitializerList().stream()
            .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor, (one, _) -> one));
    metadata = metadata(model);
  }

  static boolean isOnnx(Path path) {
    return path.toString().endsWith(".onnx") && Files.isRegularFile(path);
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException if it is damaged
   */
  static OnnxContents at(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      ModelProto model = ModelProto.parseFrom(in);
      if (!model.hasGraph()) {
        throw new CheckpointException("checkpoint: " + path + " is no ONNX model, it has no graph");
      }
      return new OnnxContents(path, model);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          "checkpoint: " + path + " is no ONNX model, or damaged (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint: cannot read " + path, e);
    }
  }

  private static Map<String, Description> descriptions(GraphProto graph) {
    Map<String, Description> descriptions = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      DType dtype = numeric(tensor.getDataType());
      long[] sizes = tensor.getDimsList().stream().mapToLong(size -> size).toArray();
      for (long size : sizes) {
        if (size < 0) {
          throw new CheckpointException(
              "checkpoint: \"" + tensor.getName() + "\" is damaged, it has a size of " + size);
        }
      }
      Shape shape = Shape.of(sizes);
      String type = dtype == null ? "type " + tensor.getDataType() : dtype.toString();
      long bytes = dtype == null ? tensor.getRawData().size() : shape.count() * dtype.bytes();
      descriptions.put(tensor.getName(), new Description(tensor.getName(), type, shape, bytes));
    }
    return descriptions;
  }

  /** Returns a type of numbers; null for another one. */
  private static DType numeric(int number) {
    return OnnxTypes.of(number).filter(type -> type != DType.STRING).orElse(null);
  }

  private static Map<String, String> metadata(ModelProto model) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("producer", model.getProducerName() + " " + model.getProducerVersion());
    model
        .getOpsetImportList()
        .forEach(
            set ->
                metadata.put(
                    set.getDomain().isEmpty() ? "opset" : "opset " + set.getDomain(),
                    Long.toString(set.getVersion())));
    GraphProto graph = model.getGraph();
    graph.getInputList().forEach(input -> metadata.put("input " + input.getName(), spec(input)));
    graph
        .getOutputList()
        .forEach(output -> metadata.put("output " + output.getName(), spec(output)));
    Map<String, Long> nodes =
        graph.getNodeList().stream()
            .collect(
                Collectors.groupingBy(NodeProto::getOpType, TreeMap::new, Collectors.counting()));
    metadata.put(
        "nodes",
        nodes.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", ")));
    return metadata;
  }

  private static String spec(ValueInfoProto value) {
    Optional<DType> dtype = OnnxTypes.of(value.getType().getTensorType().getElemType());
    String sizes =
        value.getType().getTensorType().getShape().getDimList().stream()
            .map(OnnxContents::size)
            .collect(Collectors.joining(", ", "(", ")"));
    return dtype.map(DType::toString).orElse("other") + " " + sizes;
  }

  private static String size(Dimension size) {
    return size.getDimParam().isEmpty() ? Long.toString(size.getDimValue()) : size.getDimParam();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  protected EagerTensor read(String key) {
    TensorProto tensor = tensors.get(key);
    DType dtype = numeric(tensor.getDataType());
    Description of = entries().get(key);
    if (dtype == null || tensor.getRawData().size() != of.bytes()) {
      throw new CheckpointException(
          "checkpoint: \""
              + key
              + "\" in "
              + path()
              + " is in another file, not stored as raw bytes, or damaged");
    }
    EagerTensor value = EagerTensor.allocate(new TensorSpec(dtype, of.shape()));
    value.elements().copyFrom(MemorySegment.ofArray(tensor.getRawData().toByteArray()));
    return value;
  }

  @Override
  protected void check(String key) {
    read(key).release();
  }

  @Override
  public void close() {}
}
