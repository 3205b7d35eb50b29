package dev.tapedeck.spark;

import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.train.Trainable;

/**
 * A factory of the model in a {@code .keras} file.
 *
 * @param file the file's contents
 */
@SuppressWarnings("ArrayRecordComponent") // which nobody changes or compares
record KerasReplica(byte[] file) implements ModelFactory {
  /** Returns a factory of models such as this. */
  static ModelFactory of(Trainable<?, ?> model) {
    return new KerasReplica(
        TemporaryFile.written(".keras", path -> KerasFiles.save(model.layer(), path)));
  }

  @Override
  public Trainable<?, ?> get() {
    return TemporaryFile.read(
        ".keras", file, path -> (Trainable<?, ?>) KerasFiles.read(path, new CustomObjects()));
  }
}
