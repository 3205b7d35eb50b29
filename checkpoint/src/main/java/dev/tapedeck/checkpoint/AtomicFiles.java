package dev.tapedeck.checkpoint;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files that are written under another name first, so that they appear whole or not at all.
 *
 * <p>They are written through streams: an interrupt of the thread closes a channel.
 */
final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final AtomicLong COUNTER = new AtomicLong();
  private static final long PID = ProcessHandle.current().pid();

  private AtomicFiles() {}

  /** What is written into a file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file, and its folder where it is missing; it is on disk when this returns. */
  static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    removeTemporaries(target);
    Path temporary = temporary(target);
    try {
      try (FileOutputStream out = new FileOutputStream(temporary.toFile());
          BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES)) {
        content.writeTo(buffered);
        buffered.flush();
        out.getFD().sync();
      }
      replace(temporary, target);
      syncFolder(target.getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Creates an empty hidden file in the folder of the file that it will become. */
  static Path temporary(Path target) throws IOException {
    while (true) {
      String name = "." + target.getFileName() + "." + PID + "-" + COUNTER.getAndIncrement();
      try {
        return Files.createFile(target.resolveSibling(name + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        // Left by a process of the same id, as those of containers are: take the next number.
      }
    }
  }

  /** Removes what killed processes left. */
  static void removeTemporaries(Path target) throws IOException {
    String name = Pattern.quote(target.getFileName().toString());
    for (Path file :
        list(target.getParent(), Pattern.compile("\\." + name + "\\.\\d+-\\d+\\.tmp"))) {
      Files.deleteIfExists(file);
    }
  }

  static List<Path> list(Path folder, Pattern name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> name.matcher(file.getFileName().toString()).matches()).toList();
    }
  }

  static void replace(Path temporary, Path target) throws IOException {
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes the names in a folder survive a power failure. */
  static void syncFolder(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    // Only a channel can do it: after an interrupt, once more.
    boolean interrupted = false;
    boolean synced = false;
    try {
      while (!synced) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          synced = true;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
