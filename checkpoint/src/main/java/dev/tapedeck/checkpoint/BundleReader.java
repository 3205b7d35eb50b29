package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A reader of a checkpoint's tensors, which checks the checksum of each.
 *
 * <p>Files are read, not mapped: truncating a mapped file would crash the JVM.
 */
final class BundleReader implements Closeable {
  private static final int ATTEMPTS = 100;
  private static final long PART_BYTES = DataFile.BUFFER_BYTES;
  private static final int LARGEST_STRINGS = Integer.MAX_VALUE - 8;

  /**
   * Place and type of a tensor.
   *
   * @param tensorflowType TensorFlow's number of the type
   * @param shard number of the data file
   * @param size size in bytes
   * @param crc masked checksum of the bytes
   */
  record Entry(
      String key, int tensorflowType, Shape shape, int shard, long offset, long size, int crc) {
    /** Returns the type, or nothing if Tapedeck has no tensors of it. */
    Optional<DType> dtype() {
      return TensorFlowTypes.dtype(tensorflowType);
    }

    boolean isString() {
      return tensorflowType == TensorFlowTypes.STRING;
    }

    String type() {
      return dtype()
          .map(DType::toString)
          .orElse(isString() ? TensorFlowTypes.STRING_NAME : tensorflowType + " of TensorFlow's");
    }
  }

  private final Path prefix;
  private final Map<Integer, InputFile> shards = new HashMap<>();
  private BundleIndex index;

  private BundleReader(Path prefix) {
    this.prefix = prefix;
  }

  /**
   * Opens the checkpoint of a prefix, and checks that its files are complete.
   *
   * @throws CheckpointException if a file is missing or damaged, or of a kind that is not supported
   * @throws UncheckedIOException if a file cannot be read
   */
  static BundleReader open(Path prefix) {
    Path absolute = prefix.toAbsolutePath();
    try {
      for (int attempt = 1; ; attempt++) {
        List<Object> version = version(absolute);
        var reader = new BundleReader(absolute);
        boolean settled = false;
        try {
          reader.openFiles();
          settled = attempt == ATTEMPTS || version(absolute).equals(version);
          if (settled) {
            return reader;
          }
        } catch (CheckpointException e) {
          // Reported unless the checkpoint was replaced while its files were being opened.
          if (attempt == ATTEMPTS || version(absolute).equals(version)) {
            throw e;
          }
        } finally {
          if (!settled) {
            reader.close();
          }
        }
      }
    } catch (IOException e) {
      throw failed(absolute, e);
    }
  }

  /** {@return the tensors by key} */
  SortedMap<String, Entry> entries() {
    return Collections.unmodifiableSortedMap(index.entries());
  }

  /**
   * Reads a tensor only to check its checksum.
   *
   * @throws CheckpointException if the checksum does not match
   */
  void verify(Entry entry) {
    if (entry.isString()) {
      readStrings(entry);
      return;
    }
    stream(entry, (_, _) -> {});
  }

  /**
   * Returns the type of a tensor.
   *
   * @throws CheckpointException if Tapedeck has no tensors of it
   */
  DType dtype(Entry entry) {
    return entry
        .dtype()
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "%s is of type %s, which no tensor here has; leave it out",
                        name(entry),
                        entry.type())));
  }

  /**
   * Reads the little-endian row-major bytes of a tensor.
   *
   * @throws CheckpointException if the checksum does not match
   */
  void read(Entry entry, MemorySegment target) {
    dtype(entry);
    if (target.byteSize() != entry.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "BundleReader.read: %s has %d bytes, received memory of %d",
              name(entry),
              entry.size(),
              target.byteSize()));
    }
    stream(entry, (at, piece) -> target.asSlice(at, piece.byteSize()).copyFrom(piece));
  }

  /**
   * Returns the string of a scalar.
   *
   * @throws CheckpointException if the checksum does not match, or it is not a scalar of type
   *     string
   */
  byte[] readString(Entry entry) {
    if (!entry.shape().isScalar()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "%s: expected a scalar, received shape %s", name(entry), entry.shape()));
    }
    return readStrings(entry).getFirst();
  }

  /**
   * Returns the strings of a tensor in row-major order.
   *
   * @throws CheckpointException if the checksum does not match, or its type is not string
   */
  List<byte[]> readStrings(Entry entry) {
    if (!entry.isString()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "%s: expected type string, received %s", name(entry), entry.type()));
    }
    if (entry.size() > LARGEST_STRINGS) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes of strings, more than the %d that fit an array",
              name(entry),
              entry.size(),
              LARGEST_STRINGS));
    }
    byte[] bytes = new byte[(int) entry.size()];
    readFully(entry, 0, MemorySegment.ofArray(bytes));
    return StringTensors.decode(bytes, entry.shape().count(), entry.crc())
        .orElseThrow(() -> mismatch(entry));
  }

  @Override
  public void close() {
    for (InputFile shard : shards.values()) {
      try {
        shard.close();
      } catch (IOException e) {
        throw failed(prefix, e);
      }
    }
  }

  private void openFiles() throws IOException {
    index = BundleIndex.read(BundleFiles.index(prefix));
    for (Entry entry : index.entries().values()) {
      InputFile shard = shards.get(entry.shard());
      if (shard == null) {
        shard = openShard(entry);
        shards.put(entry.shard(), shard);
      }
      if (entry.size() > shard.size() - entry.offset()) {
        throw CheckpointException.damaged(
            file(entry),
            String.format(
                Locale.ROOT,
                "it ends at byte %d, before \"%s\", %d bytes at byte %d",
                shard.size(),
                entry.key(),
                entry.size(),
                entry.offset()));
      }
    }
  }

  private InputFile openShard(Entry entry) throws IOException {
    try {
      return new InputFile(file(entry));
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "checkpoint: the data file %s, which holds \"%s\", is missing; copy it next to its index file, or use an earlier checkpoint",
              file(entry),
              entry.key()));
    }
  }

  /** Consumer of a part of a tensor, at an offset in bytes from its start. */
  private interface Part {
    void at(long offset, MemorySegment bytes);
  }

  /** Passes a tensor to a consumer part by part, and then checks the checksum. */
  private void stream(Entry entry, Part consumer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(PART_BYTES, entry.size()));
      var crc = new Crc32c();
      for (long at = 0; at < entry.size(); at += PART_BYTES) {
        MemorySegment part = buffer.asSlice(0, Math.min(PART_BYTES, entry.size() - at));
        readFully(entry, at, part);
        crc.update(part.asByteBuffer());
        consumer.at(at, part);
      }
      if (crc.masked() != entry.crc()) {
        throw mismatch(entry);
      }
    }
  }

  private void readFully(Entry entry, long at, MemorySegment target) {
    try {
      shards.get(entry.shard()).read(entry.offset() + at, target);
    } catch (EOFException e) {
      throw CheckpointException.damaged(
          file(entry), "it became shorter while \"" + entry.key() + "\" was read");
    } catch (IOException e) {
      throw failed(file(entry), e);
    }
  }

  private CheckpointException mismatch(Entry entry) {
    return CheckpointException.damaged(
        file(entry), "the checksum of \"" + entry.key() + "\" does not match");
  }

  private String name(Entry entry) {
    return "checkpoint: \"" + entry.key() + "\" in " + file(entry);
  }

  private Path file(Entry entry) {
    return BundleFiles.data(prefix, entry.shard(), index.shards());
  }

  /** Returns a value that changes when the index file is replaced. */
  private static List<Object> version(Path prefix) throws IOException {
    Path index = BundleFiles.index(prefix);
    try {
      var attributes = Files.readAttributes(index, BasicFileAttributes.class);
      return Arrays.asList(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static UncheckedIOException failed(Path file, IOException e) {
    return new UncheckedIOException(
        "checkpoint: cannot read " + file + "; check that it may be read", e);
  }
}
