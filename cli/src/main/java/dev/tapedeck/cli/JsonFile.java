package dev.tapedeck.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file of JSON that an option names: whole, or not there. */
final class JsonFile {
  private final String option;
  private final Path file;
  private final Path unfinished;

  private JsonFile(String option, Path file, Path unfinished) {
    this.option = option;
    this.file = file;
    this.unfinished = unfinished;
  }

  /**
   * Makes sure, before the work is done, that the file can be written.
   *
   * @throws UncheckedIOException if they cannot
   */
  static JsonFile reserve(String option, Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      if (Files.isDirectory(absolute)) {
        throw new IOException("it is a folder");
      }
      Path unfinished =
          absolute.resolveSibling(
              "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
      Files.newOutputStream(unfinished, StandardOpenOption.CREATE).close();
      unfinished.toFile().deleteOnExit();
      return new JsonFile(option, absolute, unfinished);
    } catch (IOException e) {
      throw cannotWrite(option, absolute, e);
    }
  }

  /** Writes the file. */
  void write(Object content) {
    try {
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .writeValue(out, content);
        out.getFD().sync();
      }
      move();
    } catch (IOException e) {
      throw cannotWrite(option, file, e);
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

  private static UncheckedIOException cannotWrite(String option, Path file, IOException e) {
    return new UncheckedIOException(
        option + ": cannot write " + file + ": " + reason(e) + "; choose another place", e);
  }
}
