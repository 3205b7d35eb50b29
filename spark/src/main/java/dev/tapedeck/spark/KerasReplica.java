package dev.tapedeck.spark;

import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A factory of the model in a {@code .keras} file.
 *
 * @param file the file's contents
 */
record KerasReplica(byte[] file) implements ModelFactory {
  /** Returns a factory of models such as this. */
  static ModelFactory of(Trainable<?, ?> model) {
    try {
      Path path = Files.createTempFile("tapedeck-model", ".keras");
      try {
        KerasFiles.save(model.layer(), path);
        return new KerasReplica(Files.readAllBytes(path));
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Trainable<?, ?> get() {
    try {
      Path path = Files.createTempFile("tapedeck-model", ".keras");
      try {
        Files.write(path, file);
        return (Trainable<?, ?>) KerasFiles.read(path, new CustomObjects());
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
