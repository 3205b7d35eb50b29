package dev.tapedeck.summaries;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A writer of TFRecord files. A record is: length, masked checksum of the length, data, masked
 * checksum of the data, all little-endian.
 */
final class RecordWriter implements Closeable {
  private static final int MASK_DELTA = 0xa282ead8;

  private final OutputStream out;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer footer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);

  RecordWriter(OutputStream out) {
    this.out = out;
  }

  void write(byte[] data) throws IOException {
    header.putLong(0, data.length).putInt(8, maskedCrc(header.array(), 8));
    footer.putInt(0, maskedCrc(data, data.length));
    out.write(header.array());
    out.write(data);
    out.write(footer.array());
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private int maskedCrc(byte[] data, int length) {
    crc.reset();
    crc.update(data, 0, length);
    return mask((int) crc.getValue());
  }

  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return mask((int) crc.getValue());
  }

  /** Returns a masked checksum: that of data which contains its own checksum would be weak. */
  static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + MASK_DELTA;
  }
}
