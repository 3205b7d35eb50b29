package dev.tapedeck.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The file of a training's settings, beside its checkpoints. */
final class TrainingSettings {
  private static final String NAME = "settings.json";

  private TrainingSettings() {}

  /** Returns the file in a folder. */
  static Path file(Path folder) {
    return folder.resolve(NAME);
  }

  static void write(String option, Path folder, Map<String, Object> settings) {
    JsonFile.reserve(option, file(folder)).write(settings);
  }

  /**
   * Reads the settings in a folder; empty if there is no file.
   *
   * @param option name of the option, for errors
   * @param without advice on what works without the file, for errors
   */
  static Map<String, Object> read(String option, Path folder, String without) {
    Path file = file(folder);
    if (!Files.exists(file)) {
      return Map.of();
    }
    try {
      if (!Files.isRegularFile(file)) { // opening a named pipe would block
        throw new IOException("it is no file");
      }
      Map<String, Object> settings =
          new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
      if (settings == null) {
        throw new IOException("it is empty");
      }
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(
          option + ": cannot read " + file + "; remove it to " + without, e);
    }
  }
}
