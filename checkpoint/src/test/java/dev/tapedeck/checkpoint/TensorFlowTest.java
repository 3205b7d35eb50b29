package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.testing.Python;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TensorFlow reads what this package writes, and the other way round. */
class TensorFlowTest {
  @TempDir static Path theirs;

  @TempDir Path temp;

  @BeforeAll
  static void write() throws Exception {
    Python.run(theirs, TensorFlowTest.class, "write_bundle.py", theirs);
  }

  @Test
  void readsOurs() throws Exception {
    Path plain = temp.resolve("plain");
    Path sharded = temp.resolve("sharded");
    Path overwritten = temp.resolve("overwritten");
    Bundles.write(plain, 1 << 20);
    Bundles.write(sharded, 30);
    Bundles.write(overwritten, 1 << 20);
    Bundles.write(overwritten, 1 << 20);
    assertTrue(Files.exists(BundleFiles.data(sharded, 5, 10)));
    assertEquals(0, Files.size(BundleFiles.data(overwritten, 1, 2)));

    List<String> expected = new ArrayList<>();
    for (DType dtype : DType.fixedSize()) {
      for (Shape shape : List.of(Shape.of(), Shape.of(2, 3), Shape.of(0, 4))) {
        String values = HexFormat.of().formatHex(Bundles.bytes(dtype, shape));
        expected.add(String.join("\t", Bundles.key(dtype, shape), dtype + "", shape + "", values));
      }
    }
    String string = HexFormat.of().formatHex("學習".getBytes(StandardCharsets.UTF_8));
    expected.add("größe\tstring\t()\t" + string);
    expected.sort(Comparator.naturalOrder());
    assertEquals(
        Collections.nCopies(3, expected).stream().flatMap(List::stream).toList(),
        Python.run(temp, TensorFlowTest.class, "list_bundle.py", plain, sharded, overwritten));
  }

  @Test
  void isReadByUs() throws Exception {
    try (var reader = BundleReader.open(theirs.resolve("dtypes"))) {
      assertEquals(2 * DType.fixedSize().size() + 5, reader.entries().size());
      reader.entries().values().forEach(reader::verify);
      for (DType dtype : DType.fixedSize()) {
        Entry entry = reader.entries().get(dtype.toString());
        assertEquals(dtype, entry.dtype().orElseThrow());
        assertEquals(Shape.of(2, 3), entry.shape());
        assertEquals(Shape.of(), reader.entries().get("scalar/" + dtype).shape());
      }
      assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5}, Bundles.read(reader, "int8"));
      assertArrayEquals(new byte[] {0, 1, 1, 1, 1, 1}, Bundles.read(reader, "bool"));
      assertArrayEquals(new byte[] {(byte) 0x80, 0x3f}, Bundles.read(reader, "scalar/bfloat16"));
      assertEquals(
          List.of("one", "", "größe"),
          reader.readStrings(reader.entries().get("strings")).stream()
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
              .toList());
      assertArrayEquals(new byte[] {-1, 0}, reader.readString(reader.entries().get("string")));
      assertEquals(List.of(), reader.readStrings(reader.entries().get("no_strings")));
      assertRefused("complex\" in", () -> Bundles.read(reader, "complex"));
      assertRefused("type 18 of TensorFlow's", () -> Bundles.read(reader, "complex"));
      assertRefused(
          "expected type string, received int8",
          () -> reader.readStrings(reader.entries().get("int8")));
    }
    assertRefused("\"split\" as slices", () -> BundleReader.open(theirs.resolve("sliced")));

    CheckpointState state = CheckpointState.read(theirs).orElseThrow();
    assertEquals("ckpt-3", state.latest());
    assertEquals(List.of("ckpt-2", "ckpt-3"), state.all());
    assertEquals(2, state.timestamps().size());
    assertTrue(state.lastPreserved() > 1.6e9 && state.lastPreserved() < state.timestamps().get(0));
    try (var reader = BundleReader.open(theirs.resolve("ckpt-3"))) {
      byte[] counter = Bundles.read(reader, "save_counter/.ATTRIBUTES/VARIABLE_VALUE");
      assertEquals(3, ByteBuffer.wrap(counter).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }
  }

  @Test
  void writesTheSameFiles() throws Exception {
    Path many = theirs.resolve("many");
    Path ours = temp.resolve("ours");
    try (var reader = BundleReader.open(many);
        var writer = BundleWriter.create(ours, 1 << 30);
        var arena = Arena.ofConfined()) {
      assertEquals(9000, reader.entries().size());
      for (Entry entry :
          reader.entries().values().stream()
              .sorted(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::size))
              .toList()) {
        MemorySegment values = arena.allocate(entry.size());
        reader.read(entry, values);
        writer.add(entry.key(), entry.dtype().orElseThrow(), entry.shape(), values);
      }
      writer.commit();
    }
    assertEquals(-1, Files.mismatch(BundleFiles.data(many, 0, 1), BundleFiles.data(ours, 0, 1)));
    assertEquals(-1, Files.mismatch(BundleFiles.index(many), BundleFiles.index(ours)));
  }

  @Test
  void readsOurState() throws Exception {
    var state =
        new CheckpointState(
            "größe \"1\"\\\n",
            List.of("/a/b'c", "größe \"1\"\\\n"),
            List.of(1.5, 1795319519.25),
            3);
    state.write(temp);
    assertEquals(
        List.of(
            temp + "/größe \"1\"\\|",
            "/a/b'c," + temp + "/größe \"1\"\\|",
            "1.5,1795319519.25",
            "3.0"),
        Python.run(temp, TensorFlowTest.class, "read_state.py", temp));
    assertEquals(state, CheckpointState.read(temp).orElseThrow());
  }

  private static void assertRefused(String message, Runnable action) {
    var e = assertThrows(CheckpointException.class, action::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
