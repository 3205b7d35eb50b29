package dev.tapedeck.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A data file that is being written, through a buffer. */
final class DataFile implements Closeable {
  static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Crc32c crc = new Crc32c();
  private long position;

  DataFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  /** {@return where the next bytes go} */
  long position() {
    return position;
  }

  /** Appends bytes; returns their masked checksum. */
  int write(MemorySegment bytes) throws IOException {
    crc.reset();
    for (long at = 0; at < bytes.byteSize(); ) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = (int) Math.min(buffer.remaining(), bytes.byteSize() - at);
      ByteBuffer copy = buffer.slice(buffer.position(), count);
      MemorySegment.ofBuffer(copy).copyFrom(bytes.asSlice(at, count));
      crc.update(copy); // of the copy: another thread may be changing the original
      buffer.position(buffer.position() + count);
      at += count;
    }
    position += bytes.byteSize();
    return crc.masked();
  }

  /** Writes what is buffered, and waits until the disk has it. */
  void sync() throws IOException {
    flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
