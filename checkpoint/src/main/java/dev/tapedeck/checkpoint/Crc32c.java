package dev.tapedeck.checkpoint;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A running CRC-32C checksum, masked as TensorFlow stores it. */
final class Crc32c {
  private static final int MASK_DELTA = 0xa282ead8;

  private final CRC32C crc = new CRC32C();

  static int masked(byte[] bytes, int offset, int length) {
    return new Crc32c().update(ByteBuffer.wrap(bytes, offset, length)).masked();
  }

  /** Adds the buffer's remaining bytes. */
  Crc32c update(ByteBuffer bytes) {
    crc.update(bytes);
    return this;
  }

  void reset() {
    crc.reset();
  }

  /** Returns the masked checksum: that of data which contains its own checksum would be weak. */
  int masked() {
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
