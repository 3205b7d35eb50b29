package dev.tapedeck.checkpoint;

import com.google.protobuf.ByteString;
import dev.tapedeck.checkpoint.proto.BundleEntry;
import dev.tapedeck.checkpoint.proto.BundleHeader;
import dev.tapedeck.checkpoint.proto.TensorShape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A writer of a checkpoint's files, which replace those of the prefix at {@link #commit}.
 *
 * <p>A reader finds the old checkpoint or the new one at any time, also after a crash: data files
 * get names that are not in use, since their number is part of them, and the index file, which
 * contains that number, is replaced last. A prefix has one writer at a time.
 */
final class BundleWriter implements Closeable {
  private final Path prefix;
  private final long shardBytes;
  private final Map<ByteString, BundleEntry.Builder> entries =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private final List<Path> files = new ArrayList<>(); // removed unless they are committed
  private DataFile data;

  private BundleWriter(Path prefix, long shardBytes) throws IOException {
    this.prefix = prefix;
    this.shardBytes = shardBytes;
    Files.createDirectories(prefix.getParent());
    AtomicFiles.removeTemporaries(prefix);
    startShard();
  }

  /**
   * Starts a checkpoint, and creates its folder if missing.
   *
   * @param shardBytes largest size of a data file in bytes, unless it holds a single tensor
   */
  static BundleWriter create(Path prefix, long shardBytes) {
    try {
      return new BundleWriter(prefix.toAbsolutePath(), shardBytes);
    } catch (IOException e) {
      throw failed(prefix, e);
    }
  }

  /**
   * Adds a tensor by its little-endian row-major bytes.
   *
   * @throws IllegalArgumentException if the key is empty or was added before, or the number of
   *     bytes does not fit the shape
   */
  void add(String key, DType dtype, Shape shape, MemorySegment bytes) {
    long expected = Math.multiplyExact(shape.count(), dtype.bytes());
    if (bytes.byteSize() != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "BundleWriter.add: expected %d bytes for \"%s\", %s of shape %s, received %d",
              expected,
              key,
              dtype,
              shape,
              bytes.byteSize()));
    }
    put(key, bytes, entry(TensorFlowTypes.number(dtype), shape));
  }

  /** Adds a scalar of type string. */
  void addString(String key, byte[] scalar) {
    var encoded = StringTensors.encode(scalar);
    BundleEntry.Builder entry = entry(TensorFlowTypes.STRING, Shape.of());
    put(key, encoded.bytes(), entry).setCrc32C(encoded.crc());
  }

  /** Makes the checkpoint visible, complete and synced to disk. */
  void commit() {
    Path folder = prefix.getParent();
    try {
      finishShard();
      nameShards();
      Path index = writeIndex(files.size());
      AtomicFiles.syncFolder(folder);
      AtomicFiles.replace(index, BundleFiles.index(prefix));
      Set<Path> current = Set.copyOf(files);
      files.clear();
      AtomicFiles.syncFolder(folder);
      removeAllBut(current);
    } catch (IOException e) {
      throw failed(prefix, e);
    }
  }

  /** Removes files that were not committed. */
  @Override
  public void close() {
    try {
      data.close();
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw failed(prefix, e);
    }
  }

  private static BundleEntry.Builder entry(int type, Shape shape) {
    var sizes = TensorShape.newBuilder();
    for (long size : shape.toArray()) {
      sizes.addDim(TensorShape.Dim.newBuilder().setSize(size));
    }
    return BundleEntry.newBuilder().setDtype(type).setShape(sizes);
  }

  private BundleEntry.Builder put(String key, MemorySegment bytes, BundleEntry.Builder entry) {
    var name = ByteString.copyFromUtf8(key);
    if (key.isEmpty() || key.charAt(0) == 0 || !name.toStringUtf8().equals(key)) {
      throw new IllegalArgumentException(
          "BundleWriter.add: expected a key of one character or more, received \"" + key + "\"");
    }
    if (entries.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException(
          "BundleWriter.add: the key \"" + key + "\" was added before; give each tensor its own");
    }
    try {
      if (data.position() > 0 && data.position() + bytes.byteSize() > shardBytes) {
        finishShard();
        startShard();
      }
      return entry
          .setShardId(files.size() - 1)
          .setOffset(data.position())
          .setSize(bytes.byteSize())
          .setCrc32C(data.write(bytes));
    } catch (IOException e) {
      close();
      throw failed(prefix, e);
    }
  }

  private void startShard() throws IOException {
    Path file = AtomicFiles.temporary(prefix);
    files.add(file);
    data = new DataFile(file);
  }

  private void finishShard() throws IOException {
    data.sync();
    data.close();
  }

  private void removeAllBut(Set<Path> current) {
    try {
      for (Path file : AtomicFiles.list(prefix.getParent(), BundleFiles.anyData(prefix))) {
        if (!current.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      // The checkpoint is complete; the next commit removes what is left.
    }
  }

  /** Renames the data files; empty ones are added until their number is not in use. */
  private void nameShards() throws IOException {
    List<Path> used = AtomicFiles.list(prefix.getParent(), BundleFiles.anyData(prefix));
    while (used.stream().anyMatch(file -> BundleFiles.isOf(file, files.size()))) {
      files.add(AtomicFiles.temporary(prefix));
    }
    for (int i = 0; i < files.size(); i++) {
      Path name = BundleFiles.data(prefix, i, files.size());
      AtomicFiles.replace(files.get(i), name);
      files.set(i, name);
    }
  }

  private Path writeIndex(int shards) throws IOException {
    Path file = AtomicFiles.temporary(prefix);
    files.add(file);
    try (var out = new FileOutputStream(file.toFile());
        var buffered = new BufferedOutputStream(out)) {
      var table = new TableWriter(buffered);
      var version = BundleHeader.Version.newBuilder().setProducer(1);
      table.add(
          new byte[0],
          BundleHeader.newBuilder().setNumShards(shards).setVersion(version).build().toByteArray());
      for (var entry : entries.entrySet()) {
        table.add(entry.getKey().toByteArray(), entry.getValue().build().toByteArray());
      }
      table.finish();
      buffered.flush();
      out.getFD().sync();
    }
    return file;
  }

  private static UncheckedIOException failed(Path prefix, IOException e) {
    return new UncheckedIOException(
        "checkpoint: cannot write "
            + prefix
            + "; check that the folder can be written and the disk has room",
        e);
  }
}
