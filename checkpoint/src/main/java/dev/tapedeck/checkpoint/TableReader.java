package dev.tapedeck.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/** A reader of LevelDB tables, which checks every length before it is used. */
final class TableReader {
  private static final int TRAILER_BYTES = 5;
  private static final int LARGEST_VALUE = 1 << 16; // a shape of the highest rank is below 4,000

  /** Visitor of a table's entries, in the order of their keys. */
  interface Visitor {
    void entry(byte[] key, byte[] value) throws IOException;
  }

  private final Path file;
  private final byte[] bytes;
  private final ByteBuffer numbers;
  private byte[] lastKey;
  private long blocksEnd;
  private long keyBytes;

  private TableReader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    this.numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Passes each entry of a table to a visitor.
   *
   * @param file name of the file, for messages
   * @throws CheckpointException if the table is damaged or compressed
   */
  static void read(Path file, byte[] bytes, Visitor visitor) {
    var reader = new TableReader(file, bytes);
    try {
      reader.table(visitor);
    } catch (InvalidProtocolBufferException e) {
      throw reader.damaged("a number or a length in it runs past the end");
    } catch (IOException e) {
      throw new AssertionError("reads memory only", e);
    }
  }

  private void table(Visitor visitor) throws IOException {
    int footer = bytes.length - TableWriter.FOOTER_BYTES;
    if (footer < 0 || numbers.getLong(bytes.length - Long.BYTES) != TableWriter.MAGIC) {
      throw damaged(
          "its end, of " + bytes.length + " bytes, is not that of a TensorFlow index file");
    }
    var handles =
        CodedInputStream.newInstance(bytes, footer, TableWriter.FOOTER_BYTES - Long.BYTES);
    block(
        handles.readUInt64(),
        handles.readUInt64(),
        (_, _) -> {}); // the metaindex of filters, which is always empty
    block(
        handles.readUInt64(),
        handles.readUInt64(),
        (_, handle) -> {
          var in = CodedInputStream.newInstance(handle);
          dataBlock(in.readUInt64(), in.readUInt64(), visitor);
        });
  }

  private void dataBlock(long offset, long size, Visitor visitor) throws IOException {
    if (offset < blocksEnd) {
      throw damaged("its blocks overlap at byte " + offset);
    }
    block(
        offset,
        size,
        (key, value) -> {
          if (lastKey != null && Arrays.compareUnsigned(lastKey, key) >= 0) {
            throw damaged("its keys are not in rising order");
          }
          lastKey = key;
          visitor.entry(key, value);
        });
    blocksEnd = offset + size;
  }

  private void block(long offset, long size, Visitor visitor) throws IOException {
    int room = bytes.length - TableWriter.FOOTER_BYTES - TRAILER_BYTES;
    if (offset < 0 || size < Integer.BYTES || size > room || offset > room - size) {
      throw damaged("a block of " + size + " bytes at byte " + offset + " does not fit in it");
    }
    int start = (int) offset;
    int type = start + (int) size;
    if (Crc32c.masked(bytes, start, (int) size + 1) != numbers.getInt(type + 1)) {
      throw damaged("the checksum of the block at byte " + offset + " does not match");
    }
    if (bytes[type] != 0) {
      throw new CheckpointException(
          "checkpoint: "
              + file
              + " is compressed (type "
              + bytes[type]
              + "), which is not supported; save it again with TensorFlow, which does not compress");
    }
    long restarts = Integer.toUnsignedLong(numbers.getInt(type - Integer.BYTES));
    long length = size - Integer.BYTES * (restarts + 1);
    if (length < 0) {
      throw damaged(
          "the block at byte " + offset + " is shorter than its " + restarts + " restarts");
    }
    entries(CodedInputStream.newInstance(bytes, start, (int) length), visitor);
  }

  private void entries(CodedInputStream in, Visitor visitor) throws IOException {
    byte[] key = {};
    while (!in.isAtEnd()) {
      int shared = in.readUInt32();
      int unshared = in.readUInt32();
      int valueLength = in.readUInt32();
      if (shared < 0 || shared > key.length || valueLength < 0 || valueLength > LARGEST_VALUE) {
        throw damaged(
            "the lengths of an entry (" + shared + " shared, " + valueLength + ") are wrong");
      }
      byte[] suffix = in.readRawBytes(unshared);
      keyBytes += shared + suffix.length;
      // A key is stored in full at each restart, so there cannot be more.
      if (keyBytes > (long) TableWriter.RESTART_INTERVAL * bytes.length) {
        throw damaged("its keys share more than they can");
      }
      key = Arrays.copyOf(key, shared + suffix.length);
      System.arraycopy(suffix, 0, key, shared, suffix.length);
      visitor.entry(key, in.readRawBytes(valueLength));
    }
  }

  private CheckpointException damaged(String how) {
    return CheckpointException.damaged(file, how);
  }
}
