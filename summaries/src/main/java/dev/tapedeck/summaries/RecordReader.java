package dev.tapedeck.summaries;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A reader of TFRecord files, which stops at the first incomplete or damaged record. */
final class RecordReader implements Closeable {
  private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

  private static final long MOST = Integer.MAX_VALUE - 8;

  private final DataInputStream in;
  private final long size;
  private long position;

  RecordReader(Path file) throws IOException {
    size = Files.size(file);
    in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
  }

  /** {@return the offset where the last record read ends} */
  long position() {
    return position;
  }

  /** Returns whether the file ends with the last record read. */
  boolean isAtEnd() {
    return position == size;
  }

  /** Returns the next record's data; null if there is none. */
  byte[] next() throws IOException {
    if (size - position < FRAME) {
      return null;
    }
    try {
      byte[] length = in.readNBytes(Long.BYTES);
      long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (!isChecked(length) || bytes < 0 || bytes > Math.min(size - position, MOST) - FRAME) {
        return null;
      }
      byte[] data = in.readNBytes((int) bytes);
      if (!isChecked(data)) {
        return null;
      }
      position += FRAME + bytes;
      return data;
    } catch (EOFException e) {
      return null;
    }
  }

  private boolean isChecked(byte[] data) throws IOException {
    return Integer.reverseBytes(in.readInt()) == RecordWriter.maskedCrc(data);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
