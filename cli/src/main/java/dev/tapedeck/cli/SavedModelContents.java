package dev.tapedeck.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.checkpoint.CheckpointException;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.savedmodel.proto.MetaGraph;
import dev.tapedeck.savedmodel.proto.SavedModel;
import dev.tapedeck.savedmodel.proto.SignatureDef;
import dev.tapedeck.savedmodel.proto.TensorInfo;
import dev.tapedeck.savedmodel.proto.TensorShape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A reader of a SavedModel: its variables, which a frozen one lacks, and as metadata its
 * signatures.
 */
final class SavedModelContents extends CheckpointReader {
  private static final String FILE = "saved_model.pb";

  /** The signature that only initializes, which TensorFlow adds. */
  private static final String INITIALIZER = "__saved_model_init_op";

  private final CheckpointReader variables; // null for none
  private final Map<String, String> metadata;

  private SavedModelContents(Path path, CheckpointReader variables, Map<String, String> metadata) {
    super(path, variables == null ? Map.of() : variables.entries());
    this.variables = variables;
    this.metadata = metadata;
  }

  static boolean isSavedModel(Path path) {
    return Files.isRegularFile(path.resolve(FILE));
  }

  /**
   * Opens a folder.
   *
   * @throws CheckpointException if it is damaged
   */
  static SavedModelContents at(Path path) {
    Map<String, String> metadata = metadata(model(path.resolve(FILE)));
    boolean frozen = !Files.exists(path.resolve("variables"));
    CheckpointReader variables =
        frozen ? null : CheckpointReader.open(path.resolve("variables/variables"));
    return new SavedModelContents(path, variables, metadata);
  }

  private static SavedModel model(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      SavedModel model = SavedModel.parseFrom(in);
      if (model.getMetaGraphsCount() == 0) {
        throw new CheckpointException("checkpoint: " + file + " is no SavedModel, it has no graph");
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          "checkpoint: " + file + " is no SavedModel, or damaged (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint: cannot read " + file, e);
    }
  }

  private static Map<String, String> metadata(SavedModel model) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (MetaGraph graph : model.getMetaGraphsList()) {
      metadata.put("tags", String.join(", ", graph.getMetaInfoDef().getTagsList()));
      Map<String, SignatureDef> signatures = new TreeMap<>(graph.getSignatureDefMap());
      signatures.remove(INITIALIZER);
      signatures.forEach(
          (name, signature) ->
              metadata.put(
                  "signature " + name,
                  list(signature.getInputsMap()) + " -> " + list(signature.getOutputsMap())));
    }
    return metadata;
  }

  private static String list(Map<String, TensorInfo> tensors) {
    return new TreeMap<>(tensors)
        .entrySet().stream()
            .map(tensor -> tensor.getKey() + " " + spec(tensor.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static String spec(TensorInfo tensor) {
    String type =
        tensor.getDtype() == TensorFlowTypes.STRING
            ? DType.STRING.toString()
            : TensorFlowTypes.dtype(tensor.getDtype())
                .map(DType::toString)
                .orElse("type " + tensor.getDtype());
    TensorShape shape = tensor.getTensorShape();
    String sizes =
        shape.getDimList().stream()
            .map(size -> size.getSize() < 0 ? "?" : Long.toString(size.getSize()))
            .collect(Collectors.joining(", ", "(", ")"));
    return type + " " + (shape.getUnknownRank() ? "of any shape" : sizes);
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  protected EagerTensor read(String key) {
    return (EagerTensor) variables.tensor(key);
  }

  @Override
  protected List<byte[]> readStrings(String key) {
    return variables.bytes(key);
  }

  @Override
  protected void check(String key) {
    if (entries().get(key).isString()) {
      variables.bytes(key);
    } else {
      variables.tensor(key).release();
    }
  }

  @Override
  public void close() {
    if (variables != null) {
      variables.close();
    }
  }
}
