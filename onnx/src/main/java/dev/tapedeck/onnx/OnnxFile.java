package dev.tapedeck.onnx;

import dev.tapedeck.onnx.proto.ModelProto;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** The file of a model, and that of its weights if they are large. */
final class OnnxFile {
  /** The size of the weights from which on they get a file of their own. */
  static final long LARGE = 1_500_000_000;

  private OnnxFile() {}

  /** Writer of a file's content. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a model; each file appears complete or not at all.
   *
   * @param large size of the weights, in bytes, from which on they get a file of their own
   */
  static void write(OnnxModel model, Path file, long large) throws IOException {
    Path target = file.toAbsolutePath();
    String name = target.getFileName().toString();
    ConstantData data = new ConstantData(bytes(model.graph()) < large ? null : name + ".data");
    ModelProto message = ModelWriter.write(model, data);
    Files.createDirectories(target.getParent());
    if (!data.isEmpty()) {
      write(target.resolveSibling(name + ".data"), data::writeTo);
    }
    write(target, message::writeTo);
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

  private static void write(Path target, Content content) throws IOException {
    Path temporary = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".tmp");
    try {
      try (FileOutputStream out = new FileOutputStream(temporary.toFile());
          BufferedOutputStream buffered = new BufferedOutputStream(out)) {
        content.writeTo(buffered);
        buffered.flush();
        out.getFD().sync();
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
