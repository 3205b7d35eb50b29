package dev.tapedeck.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A random-access file for reading, which an interrupt of the thread does not close, unlike a
 * channel.
 */
final class InputFile implements Closeable {
  private static final int CHUNK = 1 << 18;

  private final RandomAccessFile file;

  /**
   * Opens a file.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be read, or is not a regular file: opening a named pipe would
   *     block
   */
  InputFile(Path path) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
      throw new IOException("it is no file");
    }
    file = open(path);
  }

  private static RandomAccessFile open(Path path) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "r");
    } catch (FileNotFoundException e) {
      Files.newInputStream(path).close(); // throws an exception with the reason
      throw new NoSuchFileException(path.toString()); // it was created meanwhile
    }
  }

  long size() throws IOException {
    return file.length();
  }

  /**
   * Fills memory from an offset in the file.
   *
   * @throws EOFException if the file is too short
   */
  synchronized void read(long from, MemorySegment target) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, target.byteSize())];
    file.seek(from);
    for (long at = 0; at < target.byteSize(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, target.byteSize() - at);
      file.readFully(chunk, 0, count);
      MemorySegment.copy(chunk, 0, target, ValueLayout.JAVA_BYTE, at, count);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
