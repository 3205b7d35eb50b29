package dev.tapedeck.checkpoint;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** A table of any blocks at all, whose checksums are right. */
final class RawTable {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private RawTable() {}

  /** Returns a table of data blocks that claim to be compressed so. */
  static byte[] of(int compression, byte[]... blocks) throws IOException {
    var table = new RawTable();
    var index = new ByteArrayOutputStream();
    for (int i = 0; i < blocks.length; i++) {
      byte[] handle = table.add(blocks[i], compression);
      index.writeBytes(new byte[] {0, 1, (byte) handle.length, (byte) i});
      index.writeBytes(handle);
    }
    var footer = new ByteArrayOutputStream();
    footer.writeBytes(table.add(block(new byte[0]), 0));
    footer.writeBytes(table.add(block(index.toByteArray()), 0));
    footer.writeBytes(new byte[40 - footer.size()]);
    var coded = CodedOutputStream.newInstance(footer);
    coded.writeFixed64NoTag(TableWriter.MAGIC);
    coded.flush();
    table.bytes.writeBytes(footer.toByteArray());
    return table.bytes.toByteArray();
  }

  /** Returns entries with the one restart that there must be. */
  static byte[] block(byte[] entries) {
    byte[] block = Arrays.copyOf(entries, entries.length + 8);
    block[entries.length + 4] = 1;
    return block;
  }

  private byte[] add(byte[] block, int compression) throws IOException {
    var handle = new ByteArrayOutputStream();
    var coded = CodedOutputStream.newInstance(handle);
    coded.writeUInt64NoTag(bytes.size());
    coded.writeUInt64NoTag(block.length);
    coded.flush();
    byte[] typed = Arrays.copyOf(block, block.length + 1);
    typed[block.length] = (byte) compression;
    coded = CodedOutputStream.newInstance(bytes);
    coded.writeRawBytes(typed);
    coded.writeFixed32NoTag(Crc32c.masked(typed, 0, typed.length));
    coded.flush();
    return handle.toByteArray();
  }
}
