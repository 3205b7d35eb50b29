package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No arguments kill the process: every call of every public op gives a right result or an exception
 * that teaches.
 *
 * <p>It runs longer, or otherwise, with {@code -Dtapedeck.fuzz.calls=1000} for each op, {@code
 * -Dtapedeck.fuzz.seed=7}, and {@code -Dtapedeck.fuzz.only=gather}.
 */
final class OpFuzzTest {
  @Test
  void everyCallIsAnsweredOrRefused(@TempDir Path folder) throws Exception {
    String summary = FuzzProcess.run(OpFuzz.class, folder, OpFuzz.SEED, OpFuzz.CALLS, OpFuzz.ONLY);
    assertTrue(summary.contains("never accepted: []"), summary);
  }
}
