package dev.tapedeck.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file of {@code --metrics-json}: whole, or not there. */
final class MetricsFile {
  private final Path file;
  private final Path unfinished;

  private MetricsFile(Path file, Path unfinished) {
    this.file = file;
    this.unfinished = unfinished;
  }

  /**
   * Makes sure, before the work is done, that its results can be written.
   *
   * @throws UncheckedIOException if they cannot
   */
  static MetricsFile reserve(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      if (Files.isDirectory(absolute)) {
        throw new IOException("it is a folder");
      }
      Path unfinished =
          absolute.resolveSibling(
              "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
      Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW).close();
      unfinished.toFile().deleteOnExit();
      return new MetricsFile(absolute, unfinished);
    } catch (IOException e) {
      throw cannotWrite(absolute, e);
    }
  }

  /** Writes the results. */
  void write(List<Map<String, Number>> epochs, Map<String, Double> test) {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("epochs", epochs);
    results.put("test", test);
    try {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(unfinished.toFile(), results);
      move();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private void move() throws IOException {
    try {
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder does not exist";
      case AccessDeniedException _ -> "its folder may not be written to";
      default -> e.getMessage();
    };
  }

  private static UncheckedIOException cannotWrite(Path file, IOException e) {
    return new UncheckedIOException(
        "--metrics-json: cannot write " + file + ": " + reason(e) + "; choose another place", e);
  }
}
