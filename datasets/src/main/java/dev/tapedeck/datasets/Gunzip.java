package dev.tapedeck.datasets;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * A stream that decompresses gzip (RFC 1952), one or more members, and checks the checksum and
 * length of each.
 *
 * <p>{@link java.util.zip.GZIPInputStream} silently ignores what follows the compressed data; here
 * it is an error, so that a damaged file is never taken for a good one.
 */
final class Gunzip extends InputStream {
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int HEADER_CRC = 2;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private boolean inMember;

  Gunzip(InputStream in) {
    this.in = in;
  }

  static boolean isGzip(byte[] start) {
    return start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (inMember || hasMore()) {
        if (!inMember) {
          startMember();
        }
        int count = inflater.inflate(target, offset, length);
        if (count > 0) {
          crc.update(target, offset, count);
          return count;
        }
        if (inflater.finished()) {
          endMember();
        } else if (inflater.needsInput()) {
          feed();
        } else {
          throw new ZipException("the gzip data is damaged");
        }
      }
      return -1;
    } catch (DataFormatException e) {
      throw new ZipException("the gzip data is damaged: " + e.getMessage());
    }
  }

  /** Frees the inflater; the stream beneath is its owner's to close. */
  @Override
  public void close() {
    inflater.end();
  }

  private void feed() throws IOException {
    if (!hasMore()) {
      throw new EOFException();
    }
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  private void startMember() throws IOException {
    if (u8() != 0x1f || u8() != 0x8b) {
      throw new ZipException("extra bytes follow the gzip data");
    }
    int method = u8();
    int flags = u8();
    if (method != 8 || (flags & RESERVED) != 0) {
      throw new ZipException("the gzip header is damaged");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(u16());
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    crc.reset();
    inMember = true;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    long length = inflater.getBytesWritten() & 0xffff_ffffL;
    if (u32() != crc.getValue() || u32() != length) {
      throw new ZipException("the gzip checksum does not match: the file is damaged");
    }
    inMember = false;
  }

  private boolean hasMore() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer));
    }
    return position < limit;
  }

  private int u8() throws IOException {
    if (!hasMore()) {
      throw new EOFException();
    }
    return Byte.toUnsignedInt(buffer[position++]);
  }

  private int u16() throws IOException {
    return u8() | u8() << 8;
  }

  private long u32() throws IOException {
    return u16() | (long) u16() << 16;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      u8();
    }
  }

  private void skipText() throws IOException {
    while (u8() != 0) {}
  }
}
