package dev.tapedeck.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The checksum of HDF5's metadata.
 *
 * <p>B. Jenkins, "lookup3", 2006: {@code hashlittle} with an initial value of 0.
 */
final class Lookup3 {
  private static final int BLOCK = 12;

  private Lookup3() {}

  /** Returns the checksum of the first bytes of an array. */
  static int hash(byte[] bytes, int length) {
    int a = 0xdeadbeef + length;
    int b = a;
    int c = a;
    int blocks = Math.max(1, (length + BLOCK - 1) / BLOCK);
    if (length == 0) {
      return c;
    }
    ByteBuffer words =
        ByteBuffer.wrap(Arrays.copyOf(Arrays.copyOf(bytes, length), blocks * BLOCK))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < blocks; block++) {
      a += words.getInt();
      b += words.getInt();
      c += words.getInt();
      if (block < blocks - 1) {
        a = (a - c) ^ Integer.rotateLeft(c, 4);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 6);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 8);
        b += a;
        a = (a - c) ^ Integer.rotateLeft(c, 16);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 19);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 4);
        b += a;
      }
    }
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }
}
