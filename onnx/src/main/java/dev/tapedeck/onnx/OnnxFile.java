package dev.tapedeck.onnx;

import dev.tapedeck.checkpoint.AtomicFiles;
import dev.tapedeck.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The file of a model, and that of its weights if they are large. */
final class OnnxFile {
  /** The size of the weights from which on they get a file of their own. */
  static final long LARGE = 1_500_000_000;

  private OnnxFile() {}

  /**
   * Writes a model; its files appear complete or not at all, the old ones stay if writing fails.
   *
   * @param large size of the weights, in bytes, from which on they get a file of their own
   */
  static void write(OnnxModel model, Path file, long large) throws IOException {
    Path target = file.toAbsolutePath();
    String name = target.getFileName().toString();
    ConstantData data = new ConstantData(bytes(model.graph()) < large ? null : name + ".data");
    ModelProto message = ModelWriter.write(model, data);
    Map<Path, AtomicFiles.Content> files = new LinkedHashMap<>();
    if (!data.isEmpty()) {
      files.put(target.resolveSibling(name + ".data"), data::writeTo);
    }
    files.put(target, message::writeTo);
    AtomicFiles.write(files);
  }

  private static long bytes(OnnxGraph graph) {
    Set<Value> constants = Collections.newSetFromMap(new IdentityHashMap<>());
    graph.forEachUse(
        value -> {
          if (value.isConstant()) {
            constants.add(value);
          }
        });
    return constants.stream()
        .mapToLong(value -> value.shape().count() * value.dtype().bytes())
        .sum();
  }
}
