package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tapedeck.checkpoint.BundleReader.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files changed at random, by the same seeds each time, are read right or refused: in finite time
 * and memory, without other errors.
 */
class FuzzTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long SPARE_BYTES = 8 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path temp;
  private Path prefix;
  private Map<String, byte[]> expected;

  @BeforeEach
  void write() {
    prefix = temp.resolve("ckpt");
    Bundles.write(prefix, 100);
    expected = new TreeMap<>();
    try (var reader = BundleReader.open(prefix)) {
      reader.entries().forEach((key, entry) -> expected.put(key, read(reader, entry)));
    }
  }

  @Test
  void indexFiles() {
    fuzz(BundleFiles.index(prefix), 4000, FuzzTest::mutated, () -> readAll(true));
  }

  @Test
  void dataFiles() {
    for (int shard = 0; shard < 3; shard++) {
      Path data = BundleFiles.data(prefix, shard, 3);
      fuzz(data, 1000, FuzzTest::mutated, () -> readAll(true));
    }
  }

  /** Beyond the checksums of blocks. */
  @Test
  void blocks() {
    fuzz(
        BundleFiles.index(prefix),
        4000,
        (bytes, random) -> {
          int size = 0; // of the one data block, before which nothing is
          while (Crc32c.masked(bytes, 0, size + 1) != littleEndian(bytes, size + 1)) {
            size++;
          }
          return RawTable.of(0, mutated(Arrays.copyOf(bytes, size), random));
        },
        () -> readAll(false));
  }

  /** Beyond the format of tables. */
  @Test
  void entries() {
    fuzz(
        BundleFiles.index(prefix),
        4000,
        (bytes, random) -> {
          var out = new ByteArrayOutputStream();
          var table = new TableWriter(out);
          int[] left = {random.nextInt(expected.size() + 1)};
          TableReader.read(
              prefix,
              bytes,
              (key, value) -> table.add(key, left[0]-- == 0 ? mutated(value, random) : value));
          table.finish();
          return out.toByteArray();
        },
        () -> readAll(false));
  }

  @Test
  void tablesOfSeveralBlocks() throws IOException {
    var out = new ByteArrayOutputStream();
    var table = new TableWriter(out);
    for (int i = 0; i < 15; i++) {
      table.add(new byte[] {(byte) i}, new byte[60_000]);
    }
    table.finish();
    Path file = Files.write(temp.resolve("table"), out.toByteArray());
    fuzz(
        file,
        1000,
        FuzzTest::mutated,
        () -> TableReader.read(file, Files.readAllBytes(file), (_, _) -> {}));
  }

  @Test
  void stateFiles() throws IOException {
    var state =
        new CheckpointState("größe-2", List.of("ckpt-1", "größe-2"), List.of(1.5, 2.5), 0.5);
    state.write(temp);
    fuzz(
        temp.resolve("checkpoint"),
        4000,
        FuzzTest::mutated,
        () -> assertNotNull(temp.resolve(CheckpointState.read(temp).orElseThrow().latest())));
  }

  private interface Mutation {
    byte[] of(byte[] bytes, Random random) throws IOException;
  }

  private interface Attempt {
    void run() throws IOException;
  }

  /** Checks a file that has been changed so often, each time in another way. */
  private void fuzz(Path file, int times, Mutation mutation, Attempt attempt) {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          byte[] original = Files.readAllBytes(file);
          int refused = 0;
          for (int seed = 0; seed < times; seed++) {
            byte[] changed = mutation.of(original, new Random(seed));
            Files.write(file, changed);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
              attempt.run();
            } catch (CheckpointException e) {
              assertTrue(e.getMessage().contains(temp.toString()), e.getMessage());
              refused++;
            } catch (RuntimeException | Error e) {
              throw new AssertionError(file + " with seed " + seed, e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(
                allocated < 3L * changed.length + SPARE_BYTES,
                () -> allocated + " bytes for " + changed.length);
          }
          Files.write(file, original);
          assertTrue(refused > times / 3, refused + " refused of " + times);
        });
  }

  /** Reads each tensor that can be; none has wrong values, unless the index itself may say so. */
  private void readAll(boolean right) {
    try (var reader = BundleReader.open(prefix)) {
      assertTrue(!right || reader.entries().keySet().equals(expected.keySet()));
      for (Entry entry : reader.entries().values()) {
        byte[] bytes;
        try {
          reader.verify(entry);
          bytes = read(reader, entry);
        } catch (CheckpointException e) {
          continue;
        }
        if (right) {
          assertArrayEquals(expected.get(entry.key()), bytes, entry.key());
        }
      }
    }
  }

  private static byte[] read(BundleReader reader, Entry entry) {
    if (entry.isString()) {
      return reader.readString(entry);
    }
    byte[] bytes = new byte[(int) entry.size()];
    reader.read(entry, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static int littleEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** Flips bits, cuts, repeats, overwrites with what numbers tend to break on, or moves parts. */
  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    for (int times = 1 + random.nextInt(3); times > 0 && changed.length > 0; times--) {
      int from = random.nextInt(changed.length);
      int to = from + random.nextInt(Math.min(64, changed.length - from) + 1);
      int at = random.nextInt(changed.length);
      switch (random.nextInt(6)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) random.nextInt();
        case 2 -> Arrays.fill(changed, from, to, (byte) (random.nextBoolean() ? 0xff : 0x80));
        case 3 -> changed = Arrays.copyOf(changed, at);
        case 4 -> changed = spliced(changed, at, at, Arrays.copyOfRange(changed, from, to));
        default -> changed = spliced(changed, from, to, new byte[0]);
      }
    }
    return changed;
  }

  /** Returns bytes with a part replaced. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte[] part) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(part);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
