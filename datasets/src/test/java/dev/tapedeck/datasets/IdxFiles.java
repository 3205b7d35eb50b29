package dev.tapedeck.datasets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Makes IDX files for the tests. */
final class IdxFiles {
  private IdxFiles() {}

  /** An IDX file of unsigned bytes 0, 1, 2, ... that fills its dimensions. */
  static byte[] counting(int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    byte[] data = new byte[size];
    for (int i = 0; i < size; i++) {
      data[i] = (byte) i;
    }
    return of(data, dims);
  }

  /** An IDX file of unsigned bytes, whether or not the data fills the dimensions. */
  static byte[] of(byte[] data, int... dims) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + data.length);
    file.putInt(0x0800 | dims.length);
    for (int dim : dims) {
      file.putInt(dim);
    }
    return file.put(data).array();
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
