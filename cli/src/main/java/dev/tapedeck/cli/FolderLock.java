package dev.tapedeck.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exclusive lock on a folder, until it is closed or the process ends.
 *
 * <p>It keeps its channel reachable: the JVM releases a lock whose channel is collected.
 */
final class FolderLock implements AutoCloseable {
  private static final String FILE = ".lock";

  /**
   * Folders locked by this process: closing another channel on a locked file would release the
   * lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private FileChannel channel;

  private FolderLock(Path folder) {
    this.folder = folder;
  }

  /**
   * Locks a folder.
   *
   * @throws IllegalStateException if another training has it
   * @throws IOException if the folder cannot be written to
   */
  static FolderLock of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw taken(folder);
    }
    FolderLock lock = new FolderLock(real);
    boolean locked = false;
    try {
      locked = lock.tryLock();
    } finally {
      if (!locked) {
        lock.close();
      }
    }
    if (!locked) {
      throw taken(folder);
    }
    return lock;
  }

  private boolean tryLock() throws IOException {
    channel =
        FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return channel.tryLock() != null;
  }

  private static IllegalStateException taken(Path folder) {
    return new IllegalStateException(
        "--checkpoint-dir: another training is using " + folder + "; choose another folder");
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(folder);
    }
  }
}
