package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.IdxFiles.counting;
import static dev.tapedeck.datasets.IdxFiles.gzip;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files never hang, crash, or cost more memory than they are worth. */
class IdxFuzzTest {
  private static final int MUTATIONS = 2_000;
  private static final long CONSTANT = 512 << 10;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void survivesRandomMutations(boolean gzipped) {
    byte[] valid = counting(7, 5, 4);
    byte[] seed = gzipped ? gzip(valid) : valid;
    Path file = folder.resolve("images");
    int rejected =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> {
              int failures = 0;
              for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutant = mutate(seed, new SplittableRandom(i));
                failures += accepts(Files.write(file, mutant), i) ? 0 : 1;
              }
              return failures;
            });
    assertTrue(rejected > MUTATIONS / 4, rejected + " rejected");
    assertTrue(rejected < MUTATIONS, "none accepted: the mutations are too coarse");
  }

  /** Only the bytes that arrive may cost memory, be the promise one the heap could keep or not. */
  @ParameterizedTest
  @ValueSource(ints = {50, 2000})
  void promisesCostNothing(int megabytes) throws IOException {
    byte[] liar = IdxFiles.of(new byte[100], 1000, 1000, megabytes);
    assertFalse(accepts(Files.write(folder.resolve("liar"), liar), 0));
    assertFalse(accepts(Files.write(folder.resolve("liar"), gzip(liar)), 0));
  }

  /** 64 MB of zeros behind a header that promises one byte. */
  @Test
  void bombsAreNotUnpacked() throws IOException {
    byte[] bomb = gzip(IdxFiles.of(new byte[64 << 20], 1, 1, 1));
    assertFalse(accepts(Files.write(folder.resolve("bomb"), bomb), 0));
  }

  private static boolean accepts(Path file, int seed) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean accepted = true;
    try {
      Idx.read(file, 3);
    } catch (DatasetException e) {
      accepted = false;
      assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    } catch (RuntimeException | Error e) {
      throw new AssertionError("mutation " + seed, e);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated < Files.size(file) + CONSTANT,
        () -> "mutation %d allocated %d bytes".formatted(seed, allocated));
    return accepted;
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
      // Half of the edits go to the header, where they hurt most.
      int reach = random.nextBoolean() ? Math.min(20, bytes.length) : bytes.length;
      int at = random.nextInt(Math.max(1, reach));
      switch (random.nextInt(5)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 40));
        case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        default -> bytes[at] = (byte) random.nextInt(256);
      }
    }
    return bytes;
  }
}
