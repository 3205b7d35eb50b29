package dev.tapedeck.checkpoint;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A writer of LevelDB tables, byte for byte as TensorFlow's: uncompressed, keys in ascending order.
 */
final class TableWriter {
  static final long MAGIC = 0xdb4775248b80fb57L;
  static final int FOOTER_BYTES = 48;
  static final int RESTART_INTERVAL = 16;
  private static final int BLOCK_BYTES = 262_144;

  private final OutputStream out;
  private final Block data = new Block(RESTART_INTERVAL);
  private final Block index = new Block(1);
  private byte[] lastKey = {};
  private byte[] pendingHandle; // of the last block, whose index key depends on the next key
  private long position;

  TableWriter(OutputStream out) {
    this.out = out;
  }

  /** Adds an entry, whose key must be greater, in unsigned bytes, than those before. */
  void add(byte[] key, byte[] value) throws IOException {
    if (pendingHandle != null) {
      index.add(separator(lastKey, key), pendingHandle);
      pendingHandle = null;
    }
    data.add(key, value);
    lastKey = key;
    if (data.size() >= BLOCK_BYTES) {
      pendingHandle = write(data);
    }
  }

  /** Writes the last block and the index; the stream stays open. */
  void finish() throws IOException {
    if (!data.isEmpty()) {
      pendingHandle = write(data);
    }
    byte[] metaindexHandle = write(new Block(RESTART_INTERVAL));
    if (pendingHandle != null) {
      index.add(successor(lastKey), pendingHandle);
    }
    var footer = new ByteArrayOutputStream();
    footer.writeBytes(metaindexHandle);
    footer.writeBytes(write(index));
    footer.writeBytes(new byte[FOOTER_BYTES - Long.BYTES - footer.size()]);
    var coded = CodedOutputStream.newInstance(footer);
    coded.writeFixed64NoTag(MAGIC);
    coded.flush();
    footer.writeTo(out);
  }

  /** Writes a block and empties it; returns its handle: offset and size. */
  private byte[] write(Block block) throws IOException {
    byte[] bytes = block.finish();
    var handle = new ByteArrayOutputStream();
    var coded = CodedOutputStream.newInstance(handle);
    coded.writeUInt64NoTag(position);
    coded.writeUInt64NoTag(bytes.length - 1);
    coded.flush();

    var stream = CodedOutputStream.newInstance(out);
    stream.writeRawBytes(bytes);
    stream.writeFixed32NoTag(Crc32c.masked(bytes, 0, bytes.length));
    stream.flush();
    position += bytes.length + Integer.BYTES;
    return handle.toByteArray();
  }

  /** Returns a short key that is at least the first and less than the second. */
  private static byte[] separator(byte[] last, byte[] next) {
    int at = Arrays.mismatch(last, next);
    boolean room =
        at >= 0
            && at < Math.min(last.length, next.length)
            && Byte.toUnsignedInt(last[at]) + 1 < Byte.toUnsignedInt(next[at]);
    return room ? incremented(last, at) : last;
  }

  /** Returns a short key that is at least another. */
  private static byte[] successor(byte[] last) {
    for (int i = 0; i < last.length; i++) {
      if (last[i] != (byte) 0xff) {
        return incremented(last, i);
      }
    }
    return last;
  }

  private static byte[] incremented(byte[] key, int at) {
    byte[] shorter = Arrays.copyOf(key, at + 1);
    shorter[at]++;
    return shorter;
  }

  /** A block of entries: keys omit the prefix shared with the one before, except at restarts. */
  private static final class Block {
    private final int restartInterval;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    private final List<Integer> restarts = new ArrayList<>(List.of(0));
    private byte[] lastKey = {};
    private int sinceRestart;

    Block(int restartInterval) {
      this.restartInterval = restartInterval;
    }

    void add(byte[] key, byte[] value) throws IOException {
      int shared = 0;
      if (sinceRestart == restartInterval) {
        restarts.add(bytes.size());
        sinceRestart = 0;
      } else {
        int mismatch = Arrays.mismatch(lastKey, key);
        shared = mismatch < 0 ? key.length : mismatch;
      }
      coded.writeUInt32NoTag(shared);
      coded.writeUInt32NoTag(key.length - shared);
      coded.writeUInt32NoTag(value.length);
      coded.writeRawBytes(key, shared, key.length - shared);
      coded.writeRawBytes(value);
      coded.flush();
      lastKey = key;
      sinceRestart++;
    }

    boolean isEmpty() {
      return bytes.size() == 0;
    }

    int size() {
      return bytes.size() + Integer.BYTES * (restarts.size() + 1);
    }

    /** Returns the block with the byte for "not compressed", and starts the next one. */
    byte[] finish() throws IOException {
      for (int restart : restarts) {
        coded.writeFixed32NoTag(restart);
      }
      coded.writeFixed32NoTag(restarts.size());
      coded.write((byte) 0);
      coded.flush();
      byte[] finished = bytes.toByteArray();
      bytes.reset();
      restarts.clear();
      restarts.add(0);
      lastKey = new byte[0];
      sinceRestart = 0;
      return finished;
    }
  }
}
