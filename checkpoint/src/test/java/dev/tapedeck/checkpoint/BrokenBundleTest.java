package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tapedeck.checkpoint.proto.BundleEntry;
import dev.tapedeck.checkpoint.proto.BundleHeader;
import dev.tapedeck.checkpoint.proto.TensorShape;
import dev.tapedeck.checkpoint.proto.TensorSlice;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with the files is said, with the file's and the tensor's name. */
class BrokenBundleTest {
  @TempDir Path temp;
  private Path prefix;
  private Path index;
  private Path data;

  @BeforeEach
  void write() {
    prefix = temp.resolve("ckpt");
    index = BundleFiles.index(prefix);
    data = BundleFiles.data(prefix, 0, 1);
    try (var writer = BundleWriter.create(prefix, 1 << 20)) {
      writer.add("x", DType.INT32, Shape.of(2), MemorySegment.ofArray(new byte[8]));
      writer.addString("s", new byte[] {1, 2, 3});
      writer.commit();
    }
  }

  @Test
  void missingFiles() throws IOException {
    Files.delete(data);
    assertBroken("the data file " + data + ", which holds \"s\", is missing");
    Files.delete(index);
    assertBroken("there is no file " + index);
  }

  @Test
  void truncatedFiles() throws IOException {
    truncate(data, Files.size(data) - 1);
    assertBroken(data + " is damaged: it ends at byte 15, before \"s\", 8 bytes at byte 8");
    truncate(index, Files.size(index) - 1);
    assertBroken(index + " is damaged: its end");
    truncate(index, 0);
    assertBroken(index + " is damaged: its end, of 0 bytes");
  }

  @Test
  void truncatedAfterOpening() throws IOException {
    try (var reader = BundleReader.open(prefix)) {
      truncate(data, 4);
      var e =
          assertThrows(CheckpointException.class, () -> reader.verify(reader.entries().get("x")));
      assertTrue(e.getMessage().contains("shorter while \"x\" was read"), e.getMessage());
    }
  }

  @Test
  void flippedBytesOfData() throws IOException {
    for (int i = 0; i < Files.size(data); i++) {
      flip(data, i);
      String key = i < 8 ? "x" : "s";
      try (var reader = BundleReader.open(prefix)) {
        var e =
            assertThrows(CheckpointException.class, () -> reader.verify(reader.entries().get(key)));
        assertTrue(
            e.getMessage().contains(data + " is damaged: the checksum of \"" + key + "\""),
            e.getMessage());
      }
      flip(data, i);
    }
  }

  @Test
  void flippedBytesOfTheIndex() throws IOException {
    int blocks = (int) Files.size(index) - TableWriter.FOOTER_BYTES;
    for (int i = 0; i < blocks; i++) {
      flip(index, i);
      assertBroken(index + " is damaged");
      flip(index, i);
    }
    BundleReader.open(prefix).close();
  }

  @Test
  void anIndexFileTooLarge() throws IOException {
    try (var file = new RandomAccessFile(index.toFile(), "rw")) {
      file.setLength((1L << 30) + 1);
    }
    assertBroken("it is not an index file");
  }

  @Test
  void blocks() throws IOException {
    assertTable("is compressed (type 1)", RawTable.of(1, RawTable.block(new byte[0])));
    assertTable("shorter than its 256 restarts", RawTable.of(0, new byte[] {0, 0, 1, 0, 0}));
    assertTable("a block of 3 bytes at byte 0", RawTable.of(0, new byte[3]));
    assertTable("runs past the end", RawTable.of(0, RawTable.block(new byte[] {0, 9, 9})));
    assertTable("(1 shared, 0)", RawTable.of(0, RawTable.block(new byte[] {1, 0, 0})));
    byte[] large = new byte[5 + 65_537];
    System.arraycopy(new byte[] {0, 0, (byte) 0x81, (byte) 0x80, 4}, 0, large, 0, 5);
    assertTable("(0 shared, 65537)", RawTable.of(0, RawTable.block(large)));
    byte[] keys = RawTable.block(new byte[] {0, 1, 0, 0, 0, 1, 0, 0});
    assertTable("not in rising order", RawTable.of(0, keys));
  }

  /** Such keys would take far more memory than their file. */
  @Test
  void keysThatShareTooMuch() throws IOException {
    var entries = new ByteArrayOutputStream();
    var coded = CodedOutputStream.newInstance(entries);
    byte[] key = new byte[10_000];
    coded.writeRawBytes(new byte[] {0, (byte) 0x90, 0x4e, 0});
    coded.writeRawBytes(key);
    for (int i = 1; i < 100; i++) {
      coded.writeRawBytes(new byte[] {(byte) 0x8f, 0x4e, 1, 0, (byte) i});
    }
    coded.flush();
    byte[] table = RawTable.of(0, RawTable.block(entries.toByteArray()));
    assertTable("share more than they can", table);
  }

  @Test
  void headers() throws IOException {
    assertHeader("big-endian", header -> header.setEndianness(BundleHeader.Endianness.BIG));
    assertHeader(
        "later version",
        header -> header.setVersion(BundleHeader.Version.newBuilder().setMinConsumer(2)));
    assertHeader("there are 0 data files", header -> header.setNumShards(0));
    assertHeader("there are -1 data files", header -> header.setNumShards(-1));
    assertHeader(
        BundleFiles.data(prefix, 0, Integer.MAX_VALUE) + "",
        h -> h.setNumShards(Integer.MAX_VALUE));
    writeTable(Map.of());
    assertBroken("it has no header");
  }

  @Test
  void entries() throws IOException {
    assertEntry("\"x\" is in data file 1, expected below 1", entry -> entry.setShardId(1));
    assertEntry("\"x\" is in data file -1", entry -> entry.setShardId(-1));
    assertEntry("\"x\" has 8 bytes at byte -1", entry -> entry.setOffset(-1));
    assertEntry("\"x\" has -8 bytes at byte 0", entry -> entry.setSize(-8));
    assertEntry("before \"x\"", entry -> entry.setOffset(Long.MAX_VALUE));
    assertEntry("\"x\" has 7 bytes, which does not fit int32", entry -> entry.setSize(7));
    assertEntry("\"x\" has 12 bytes, which does not fit int32", entry -> entry.setSize(12));
    assertEntry("does not fit string of shape (2,)", entry -> entry.setDtype(7).setSize(5));
    assertEntry("\"x\" as slices", entry -> entry.addSlices(TensorSlice.getDefaultInstance()));
    assertShape("is not one: [-1]", -1);
    assertShape("is not one: [4294967296, 4294967296]", 1L << 32, 1L << 32);
    assertShape("does not fit int32 of shape (4611686018427387906,)", (1L << 62) + 2);
    assertShape("too high a rank", new long[255]);
    assertEntry("unknown", entry -> entry.setShape(TensorShape.newBuilder().setUnknownRank(true)));
    writeTable(Map.of("", header().build().toByteArray(), "x", new byte[] {-1, -1}));
    assertBroken("the entry of \"x\" is no message");
    writeTable(Map.of("", header().build().toByteArray(), "\u00ff", new byte[0]));
    assertBroken("\"\ufffd\" is not in UTF-8");
  }

  private void assertShape(String message, long... sizes) throws IOException {
    var shape = TensorShape.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShape.Dim.newBuilder().setSize(size));
    }
    assertEntry(message, entry -> entry.setShape(shape));
  }

  private void assertEntry(String message, UnaryOperator<BundleEntry.Builder> change)
      throws IOException {
    BundleEntry.Builder entry =
        BundleEntry.newBuilder()
            .setDtype(3)
            .setSize(8)
            .setShape(TensorShape.newBuilder().addDim(TensorShape.Dim.newBuilder().setSize(2)));
    writeTable(
        Map.of("", header().build().toByteArray(), "x", change.apply(entry).build().toByteArray()));
    assertBroken(message);
  }

  private void assertHeader(String message, UnaryOperator<BundleHeader.Builder> change)
      throws IOException {
    byte[] entry = BundleEntry.newBuilder().setDtype(4).setSize(1).build().toByteArray();
    writeTable(Map.of("", change.apply(header()).build().toByteArray(), "x", entry));
    assertBroken(message);
  }

  private static BundleHeader.Builder header() {
    return BundleHeader.newBuilder().setNumShards(1);
  }

  /** Writes an index file; the characters of the keys are their bytes. */
  private void writeTable(Map<String, byte[]> entries) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var table = new TableWriter(bytes);
    for (var entry : new TreeMap<>(entries).entrySet()) {
      table.add(entry.getKey().getBytes(StandardCharsets.ISO_8859_1), entry.getValue());
    }
    table.finish();
    Files.write(index, bytes.toByteArray());
  }

  private void assertTable(String message, byte[] table) throws IOException {
    Files.write(index, table);
    assertBroken(message);
  }

  private void assertBroken(String message) {
    var e = assertThrows(CheckpointException.class, () -> BundleReader.open(prefix));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static void truncate(Path file, long size) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }
}
