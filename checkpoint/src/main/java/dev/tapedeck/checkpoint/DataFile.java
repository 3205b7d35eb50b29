package dev.tapedeck.checkpoint;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A data file that is being written through a buffer, and is not closed by an interrupt. */
final class DataFile implements Closeable {
  static final int BUFFER_BYTES = 1 << 20;

  private final FileOutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Crc32c crc = new Crc32c();
  private int buffered;
  private long position;

  DataFile(Path file) throws IOException {
    out = new FileOutputStream(file.toFile());
  }

  /** {@return the offset of the next bytes} */
  long position() {
    return position;
  }

  /** Appends bytes; returns their masked checksum. */
  int write(MemorySegment bytes) throws IOException {
    crc.reset();
    for (long at = 0; at < bytes.byteSize(); ) {
      if (buffered == BUFFER_BYTES) {
        flush();
      }
      int count = (int) Math.min(BUFFER_BYTES - buffered, bytes.byteSize() - at);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, buffer, buffered, count);
      // The checksum of the copy: another thread may be changing the original.
      crc.update(ByteBuffer.wrap(buffer, buffered, count));
      buffered += count;
      at += count;
    }
    position += bytes.byteSize();
    return crc.masked();
  }

  /** Flushes the buffer, and syncs the file to disk. */
  void sync() throws IOException {
    flush();
    out.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void flush() throws IOException {
    out.write(buffer, 0, buffered);
    buffered = 0;
  }
}
