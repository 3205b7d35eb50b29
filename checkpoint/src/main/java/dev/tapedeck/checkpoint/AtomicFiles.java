package dev.tapedeck.checkpoint;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Atomic file writes: a file is written under a temporary name first, so that it appears complete
 * or not at all.
 *
 * <p>Streams are used, since an interrupt of the thread closes a channel.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final AtomicLong COUNTER = new AtomicLong();
  private static final long PID = ProcessHandle.current().pid();

  private AtomicFiles() {}

  /** Writer of a file's content. */
  public interface Content {
    /** Writes the content. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file, and creates its folder if missing; it is synced to disk when this returns. */
  public static void write(Path file, Content content) throws IOException {
    write(Map.of(file, content));
  }

  /**
   * Writes files that belong together: none is replaced before all are written. They are moved to
   * their places in the order of the map.
   */
  public static void write(Map<Path, Content> contents) throws IOException {
    Map<Path, Path> temporaries = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, Content> entry : contents.entrySet()) {
        Path target = entry.getKey().toAbsolutePath();
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileSystemException(target.toString(), null, "it is a folder");
        }
        Files.createDirectories(target.getParent());
        removeTemporaries(target);
        Path temporary = temporary(target);
        temporaries.put(target, temporary);
        writeSynced(temporary, entry.getValue());
      }
      for (Map.Entry<Path, Path> written : temporaries.entrySet()) {
        replace(written.getValue(), written.getKey());
        syncFolder(written.getKey().getParent());
      }
    } finally {
      for (Path temporary : temporaries.values()) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static void writeSynced(Path file, Content content) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile());
        BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES)) {
      content.writeTo(buffered);
      buffered.flush();
      out.getFD().sync();
    }
  }

  /** Creates an empty hidden file in the target's folder. */
  static Path temporary(Path target) throws IOException {
    while (true) {
      String name = "." + target.getFileName() + "." + PID + "-" + COUNTER.getAndIncrement();
      try {
        return Files.createFile(target.resolveSibling(name + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        // Left by a process of the same id, as in containers: take the next number.
      }
    }
  }

  /** Removes temporary files that killed processes left. */
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

  /** Syncs a folder, so that its file names survive a power failure. */
  static void syncFolder(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    // Only a channel can do it; after an interrupt it is tried once more.
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
