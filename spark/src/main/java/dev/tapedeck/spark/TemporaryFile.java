package dev.tapedeck.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/** Files for functions that take a path, where what is in them is wanted as bytes. */
final class TemporaryFile {
  private TemporaryFile() {}

  /**
   * Returns what an action writes.
   *
   * @param ending of the file's name, {@code .keras}
   */
  static byte[] written(String ending, Consumer<Path> action) {
    return use(
        ending,
        path -> {
          action.accept(path);
          return Files.readAllBytes(path);
        });
  }

  /** Returns what a function makes of a file with contents. */
  static <T> T read(String ending, byte[] contents, Function<Path, T> function) {
    return use(ending, path -> function.apply(Files.write(path, contents)));
  }

  private interface Use<T> {
    T of(Path path) throws IOException;
  }

  private static <T> T use(String ending, Use<T> use) {
    try {
      Path path = Files.createTempFile("tapedeck-model", ending);
      try {
        return use.of(path);
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
