package dev.tapedeck.checkpoint;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.checkpoint.proto.BundleEntry;
import dev.tapedeck.checkpoint.proto.BundleHeader;
import dev.tapedeck.checkpoint.proto.TensorShape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Contents of an index file: the number of data files, and the tensors by key. */
final class BundleIndex {
  private static final long LARGEST = 1 << 30;
  private static final int LATEST_VERSION = 1;
  private static final int HIGHEST_RANK = 254;

  private final Path file;
  private final SortedMap<String, BundleReader.Entry> entries = new TreeMap<>();
  private int shards;

  private BundleIndex(Path file) {
    this.file = file;
  }

  /**
   * Reads an index file.
   *
   * @throws CheckpointException if it is missing, damaged, or not supported
   */
  static BundleIndex read(Path file) throws IOException {
    var index = new BundleIndex(file);
    TableReader.read(file, bytes(file), index::take);
    if (index.shards == 0) {
      throw index.damaged("it has no header");
    }
    return index;
  }

  int shards() {
    return shards;
  }

  SortedMap<String, BundleReader.Entry> entries() {
    return entries;
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputFile input = new InputFile(file)) {
      long size = input.size();
      if (size > LARGEST) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "checkpoint: %s has %d bytes, expected at most %d; it is not an index file",
                file,
                size,
                LARGEST));
      }
      byte[] bytes = new byte[(int) size];
      input.read(0, MemorySegment.ofArray(bytes));
      return bytes;
    } catch (EOFException e) {
      throw CheckpointException.damaged(file, "it became shorter while it was read");
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          "checkpoint: there is no file "
              + file
              + "; give the prefix that the checkpoint was saved with, such as runs/ckpt-3");
    }
  }

  private void take(byte[] key, byte[] value) {
    boolean isHeader = key.length == 0;
    boolean isPartOfAnother = !isHeader && key[0] == 0; // a slice of a partitioned tensor
    try {
      if (isHeader) {
        takeHeader(BundleHeader.parseFrom(value));
      } else if (!isPartOfAnother) {
        var entry = entry(name(key), BundleEntry.parseFrom(value));
        entries.put(entry.key(), entry);
      }
    } catch (InvalidProtocolBufferException e) {
      throw damaged(
          "the entry of \"" + ByteString.copyFrom(key).toStringUtf8() + "\" is no message");
    }
  }

  private void takeHeader(BundleHeader header) {
    if (header.getEndianness() != BundleHeader.Endianness.LITTLE) {
      throw unsupported(
          "was written on a big-endian machine; save it again on a little-endian one");
    }
    if (header.getVersion().getMinConsumer() > LATEST_VERSION) {
      throw unsupported(
          String.format(
              Locale.ROOT,
              "is of a later version of the format than %d; save it again with TensorFlow 2.21",
              LATEST_VERSION));
    }
    shards = header.getNumShards();
    if (shards <= 0) {
      throw damaged("its header says there are " + shards + " data files");
    }
  }

  private String name(byte[] key) {
    ByteString name = ByteString.copyFrom(key);
    if (!name.isValidUtf8()) {
      throw damaged("the key \"" + name.toStringUtf8() + "\" is not in UTF-8");
    }
    return name.toStringUtf8();
  }

  private BundleReader.Entry entry(String key, BundleEntry proto) {
    if (proto.getSlicesCount() > 0) {
      throw unsupported(
          String.format(
              Locale.ROOT,
              "holds \"%s\" as slices of a partitioned variable; save it again unpartitioned",
              key));
    }
    var entry =
        new BundleReader.Entry(
            key,
            proto.getDtype(),
            shape(key, proto.getShape()),
            proto.getShardId(),
            proto.getOffset(),
            proto.getSize(),
            proto.getCrc32C());
    if (entry.shard() < 0 || entry.shard() >= shards) {
      throw damaged(
          String.format(
              Locale.ROOT,
              "\"%s\" is in data file %d, expected below %d",
              key,
              entry.shard(),
              shards));
    }
    if (entry.offset() < 0 || entry.size() < 0) {
      throw damaged(
          String.format(
              Locale.ROOT, "\"%s\" has %d bytes at byte %d", key, entry.size(), entry.offset()));
    }
    if (!fits(entry)) {
      throw damaged(
          String.format(
              Locale.ROOT,
              "\"%s\" has %d bytes, which does not fit %s of shape %s",
              key,
              entry.size(),
              entry.type(),
              entry.shape()));
    }
    return entry;
  }

  /** Returns whether a size in bytes fits the shape; for strings there is only a lower bound. */
  private static boolean fits(BundleReader.Entry entry) {
    long count = entry.shape().count();
    Optional<DType> dtype = entry.dtype();
    if (dtype.isPresent()) {
      int bytes = dtype.get().bytes();
      return entry.size() % bytes == 0 && entry.size() / bytes == count;
    }
    return !entry.isString() || entry.size() - Integer.BYTES >= count;
  }

  private Shape shape(String key, TensorShape proto) {
    if (proto.getUnknownRank() || proto.getDimCount() > HIGHEST_RANK) {
      throw damaged("the shape of \"" + key + "\" is of unknown or too high a rank");
    }
    long[] sizes = proto.getDimList().stream().mapToLong(TensorShape.Dim::getSize).toArray();
    try {
      Shape shape = Shape.of(sizes);
      if (shape.isKnown()) {
        return shape;
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw damaged("the shape of \"" + key + "\" is not one: " + Arrays.toString(sizes));
  }

  private CheckpointException damaged(String how) {
    return CheckpointException.damaged(file, how);
  }

  private CheckpointException unsupported(String why) {
    return new CheckpointException("checkpoint: " + file + " " + why);
  }
}
