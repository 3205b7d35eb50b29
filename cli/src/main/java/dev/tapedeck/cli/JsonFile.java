package dev.tapedeck.cli;

import java.io.FileDescriptor;
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
import java.util.stream.Stream;

/**
 * A JSON output file named by an option, written atomically. Anything but a regular file, such as a
 * named pipe or {@code /dev/stdout}, is written to directly.
 */
final class JsonFile {
  private final String option;
  private final Path file;
  private final Path unfinished; // null unless it is a regular file

  private JsonFile(String option, Path file, Path unfinished) {
    this.option = option;
    this.file = file;
    this.unfinished = unfinished;
  }

  /**
   * Checks before the work starts that the file can be written.
   *
   * @throws UncheckedIOException if it cannot
   */
  static JsonFile reserve(String option, Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      if (Files.isDirectory(absolute)) {
        throw new IOException("it is a folder");
      }
      if (isNoFile(absolute)) {
        if (!Files.isWritable(absolute)) {
          throw new IOException("permission denied");
        }
        return new JsonFile(option, absolute, null);
      }
      if (Files.exists(absolute)) {
        absolute = absolute.toRealPath(); // so that a link stays a link
      }
      Path unfinished =
          absolute.resolveSibling(
              "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
      Files.newOutputStream(unfinished, StandardOpenOption.CREATE).close();
      unfinished.toFile().deleteOnExit();
      return new JsonFile(option, absolute, unfinished);
    } catch (IOException e) {
      throw cannotWrite(option, file.toAbsolutePath(), e);
    }
  }

  /** Returns whether a path is a pipe or device, or names one, such as {@code /dev/fd/3}. */
  private static boolean isNoFile(Path file) {
    return (Files.exists(file) && !Files.isRegularFile(file))
        || Stream.of("/dev/stdout", "/dev/stderr", "/dev/fd", "/proc")
            .anyMatch(file.normalize()::startsWith);
  }

  /** Writes the file. */
  void write(Object content) {
    try {
      if (unfinished == null) {
        try (FileOutputStream out = open()) {
          Json.write(out, content);
          out.write('\n');
        }
        return;
      }
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        Json.write(out, content);
        out.getFD().sync();
      }
      move();
    } catch (IOException e) {
      throw cannotWrite(option, file, e);
    }
  }

  /** Opens a pipe or device; in append mode, so that output of other processes is kept. */
  private FileOutputStream open() throws IOException {
    return switch (file.toString()) {
      case "/dev/stdout" -> new FileOutputStream(FileDescriptor.out);
      case "/dev/stderr" -> new FileOutputStream(FileDescriptor.err);
      default -> new FileOutputStream(file.toFile(), true);
    };
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
