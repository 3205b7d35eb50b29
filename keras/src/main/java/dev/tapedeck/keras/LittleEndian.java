package dev.tapedeck.keras;

import java.io.ByteArrayOutputStream;

/** Bytes that are put together, numbers with their lowest byte first. */
final class LittleEndian {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds single bytes. */
  LittleEndian u8(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  /** Adds a number of two bytes. */
  LittleEndian u16(int value) {
    return number(value, Short.BYTES);
  }

  /** Adds a number of four bytes. */
  LittleEndian u32(int value) {
    return number(value, Integer.BYTES);
  }

  /** Adds numbers of eight bytes. */
  LittleEndian u64(long... values) {
    for (long value : values) {
      number(value, Long.BYTES);
    }
    return this;
  }

  private LittleEndian number(long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (value >>> (Byte.SIZE * i)));
    }
    return this;
  }

  /** Adds bytes as they are. */
  LittleEndian bytes(byte... values) {
    bytes.writeBytes(values);
    return this;
  }

  /** Adds the checksum of what there is. */
  LittleEndian checksum() {
    byte[] before = bytes.toByteArray();
    return u32(Lookup3.hash(before, before.length));
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
