package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reader of a file of safetensors. */
final class SafetensorsContents extends CheckpointReader {
  private final SafetensorsFile file;

  private SafetensorsContents(Path path, SafetensorsFile file) {
    super(path, descriptions(file.header()));
    this.file = file;
  }

  static SafetensorsContents at(Path path) {
    try {
      return new SafetensorsContents(path, SafetensorsFile.open(path));
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static Map<String, Description> descriptions(SafetensorsHeader header) {
    Map<String, Description> descriptions = new HashMap<>();
    header
        .specs()
        .forEach(
            (name, spec) ->
                descriptions.put(
                    name,
                    new Description(name, spec.dtype().toString(), spec.shape(), spec.bytes())));
    return descriptions;
  }

  @Override
  public Map<String, String> metadata() {
    return file.header().metadata();
  }

  @Override
  protected EagerTensor read(String key) {
    try {
      return file.read(key, file.header().entries().get(key));
    } catch (IOException e) {
      throw cannotRead(path(), e);
    }
  }

  /** Checks a tensor; the format has no checksums, but bytes of bools can be invalid. */
  @Override
  protected void check(String key) {
    try (Scope _ = new Scope()) {
      read(key);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw cannotRead(path(), e);
    }
  }

  private static UncheckedIOException cannotRead(Path path, IOException e) {
    return new UncheckedIOException(
        "checkpoint: cannot read " + path + ": " + Safetensors.reason(e), e);
  }
}
