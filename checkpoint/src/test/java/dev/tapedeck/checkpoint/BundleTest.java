package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read again, and nothing half-written is ever found. */
class BundleTest {
  @TempDir Path temp;

  @Test
  void checksumsAreMasked() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    // Of the standard check value e3069283.
    assertEquals(0xc78ab0e5, Crc32c.masked(digits, 0, digits.length));
  }

  @Test
  void allTypesComeBack() {
    Path prefix = temp.resolve("new/folder/ckpt-1");
    for (long shardBytes : new long[] {1L << 40, 10}) {
      Bundles.write(prefix, shardBytes);
      try (var reader = BundleReader.open(prefix)) {
        assertEquals(3 * DType.fixedSize().size() + 1, reader.entries().size());
        for (Entry entry : reader.entries().values()) {
          reader.verify(entry);
          if (entry.isString()) {
            assertEquals(Optional.empty(), entry.dtype());
            assertEquals("學習", new String(reader.readString(entry), StandardCharsets.UTF_8));
          } else {
            DType dtype = entry.dtype().orElseThrow();
            assertEquals(entry.key(), Bundles.key(dtype, entry.shape()));
            assertArrayEquals(
                Bundles.bytes(dtype, entry.shape()), Bundles.read(reader, entry.key()));
          }
        }
      }
    }
  }

  @Test
  void manyKeysComeBackFromSeveralBlocks() throws IOException {
    Path prefix = temp.resolve("many");
    int count = 20_000;
    try (var writer = BundleWriter.create(prefix, 30_000)) {
      for (int i = count; i-- > 0; ) {
        var value = MemorySegment.ofArray(new int[] {i});
        writer.add("model/layers/" + i + "/kernel", DType.INT32, Shape.of(1), value);
      }
      writer.commit();
    }
    assertTrue(Files.size(BundleFiles.index(prefix)) > 2 * 262_144);
    assertTrue(Files.size(BundleFiles.index(prefix)) < 40L * count);
    assertEquals(3, files(".data-").size());
    try (var reader = BundleReader.open(prefix)) {
      assertEquals(count, reader.entries().size());
      int[] value = new int[1];
      for (int i = 0; i < count; i++) {
        Entry entry = reader.entries().get("model/layers/" + i + "/kernel");
        reader.read(entry, MemorySegment.ofArray(value));
        assertEquals(i, value[0]);
      }
    }
  }

  @Test
  void tensorsLargerThanTheBuffersComeBack() {
    Path prefix = temp.resolve("large");
    byte[] bytes = new byte[3_333_333];
    new Random(1).nextBytes(bytes);
    try (var writer = BundleWriter.create(prefix, 1 << 20)) {
      writer.add("a", DType.INT8, Shape.of(7), MemorySegment.ofArray(new byte[7]));
      writer.add("b", DType.INT8, Shape.of(bytes.length), MemorySegment.ofArray(bytes));
      writer.commit();
    }
    try (var reader = BundleReader.open(prefix)) {
      reader.entries().values().forEach(reader::verify);
      assertArrayEquals(bytes, Bundles.read(reader, "b"));
    }
  }

  @Test
  void anOverwrittenCheckpointIsTheOldOneUntilTheNewOneIsComplete() throws IOException {
    Path prefix = temp.resolve("ckpt");
    writeOne(prefix, 1);
    assertEquals(List.of("ckpt.data-00000-of-00001"), files(".data-"));
    try (var old = BundleReader.open(prefix)) {
      writeOne(prefix, 2);
      assertEquals(
          List.of("ckpt.data-00000-of-00002", "ckpt.data-00001-of-00002"), files(".data-"));
      assertArrayEquals(new byte[] {1}, Bundles.read(old, "x"));
    }
    assertValue(prefix, 2);
    writeOne(prefix, 3);
    assertEquals(List.of("ckpt.data-00000-of-00001"), files(".data-"));
    assertValue(prefix, 3);
  }

  @Test
  void readersNeverFindAMixture() throws Exception {
    Path prefix = temp.resolve("ckpt");
    writePair(prefix, 0);
    var writing =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; i < 100; i++) {
                writePair(prefix, i);
              }
            });
    do {
      try (var reader = BundleReader.open(prefix)) {
        assertArrayEquals(Bundles.read(reader, "x"), Bundles.read(reader, "y"));
      }
    } while (!writing.isDone());
    writing.join();
    assertValue(prefix, 99);
  }

  @Test
  void whatIsNotCommittedLeavesNothing() throws IOException {
    Path prefix = temp.resolve("ckpt");
    writeOne(prefix, 1);
    List<String> before = files("");
    Files.createFile(temp.resolve(".ckpt.123-4.tmp"));
    try (var writer = BundleWriter.create(prefix, 1)) {
      writer.add("x", DType.INT8, Shape.of(), MemorySegment.ofArray(new byte[] {2}));
      writer.add("y", DType.INT8, Shape.of(), MemorySegment.ofArray(new byte[] {2}));
      assertTrue(
          files(".tmp").stream().allMatch(name -> name.matches("\\.ckpt\\.\\d+-\\d+\\.tmp")));
      assertEquals(2, files(".tmp").size());
    }
    assertEquals(before, files(""));
    assertValue(prefix, 1);
  }

  @Test
  void aFolderThatIsAFileIsReported() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    var e =
        assertThrows(
            UncheckedIOException.class, () -> BundleWriter.create(file.resolve("ckpt"), 1));
    assertTrue(e.getMessage().contains("cannot write " + file.resolve("ckpt")), e.getMessage());
  }

  @Test
  void namesDoNotDependOnTheLocale() throws IOException {
    Locale locale = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      writeOne(temp.resolve("ckpt"), 1);
    } finally {
      Locale.setDefault(locale);
    }
    assertEquals(List.of("ckpt.data-00000-of-00001", "ckpt.index"), files(""));
  }

  @Test
  void wrongArgumentsAreRefused() {
    var one = MemorySegment.ofArray(new byte[1]);
    try (var writer = BundleWriter.create(temp.resolve("ckpt"), 1)) {
      writer.add("x", DType.INT8, Shape.of(), one);
      assertRefused("\"x\" was added before", () -> writer.add("x", DType.INT8, Shape.of(), one));
      assertRefused("expected a key", () -> writer.add("", DType.INT8, Shape.of(), one));
      assertRefused("expected a key", () -> writer.addString("\ud800", new byte[0]));
      assertRefused(
          "expected 8 bytes for \"y\", int32 of shape (2,), received 1",
          () -> writer.add("y", DType.INT32, Shape.of(2), one));
    }
  }

  private static void writeOne(Path prefix, int value) {
    write(prefix, value, "x");
  }

  private static void writePair(Path prefix, int value) {
    write(prefix, value, "x", "y");
  }

  private static void write(Path prefix, int value, String... keys) {
    try (var writer = BundleWriter.create(prefix, 1)) {
      for (String key : keys) {
        writer.add(key, DType.INT8, Shape.of(), MemorySegment.ofArray(new byte[] {(byte) value}));
      }
      writer.commit();
    }
  }

  private static void assertValue(Path prefix, int value) {
    try (var reader = BundleReader.open(prefix)) {
      assertArrayEquals(new byte[] {(byte) value}, Bundles.read(reader, "x"));
    }
  }

  private static void assertRefused(String message, Runnable action) {
    var e = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private List<String> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(part))
          .sorted()
          .toList();
    }
  }
}
