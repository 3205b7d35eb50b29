package dev.tapedeck.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a training's checkpoints.
 *
 * @param temporary whether it is removed when the training has ended
 */
record CheckpointPlace(Path folder, boolean temporary) implements AutoCloseable {
  /** Returns a folder, or a temporary one for null. */
  static CheckpointPlace of(Path given) {
    try {
      return given == null
          ? new CheckpointPlace(Files.createTempDirectory("tapedeck-training"), true)
          : new CheckpointPlace(given, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (temporary) {
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : deepestFirst) {
          Files.delete(file);
        }
      } catch (IOException e) {
        // The system removes temporary files, too.
      }
    }
  }
}
