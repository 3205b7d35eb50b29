package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads event files with TensorBoard itself, in the Python that the environment variable {@code
 * TAPEDECK_PYTHON} names; skipped without it, except where {@code CI=true}.
 */
class TensorBoardTest {
  @TempDir Path temp;

  @Test
  void readsScalars() throws Exception {
    Path logdir = temp.resolve("run");
    try (var writer = SummaryWriter.open(logdir)) {
      writer.scalar("loss", 0.5, 0);
      writer.scalar("loss", 0.25, 10);
      writer.step(20).scalar("loss", Double.NaN);
      writer.scalar("größe/学習率", -1e-3, Integer.MAX_VALUE + 1L);
    }
    assertEquals(
        List.of(
            "loss\tscalars\tfloat32\t0\t0.5",
            "loss\tscalars\tfloat32\t10\t0.25",
            "loss\tscalars\tfloat32\t20\tnan",
            "größe/学習率\tscalars\tfloat32\t2147483648\t-0.001"),
        read(logdir));
  }

  @Test
  void readsAllFilesOfARun() throws Exception {
    Path logdir = temp.resolve("run");
    try (var before = SummaryWriter.open(logdir)) {
      before.scalar("loss", 2, 1);
    }
    try (var after = SummaryWriter.open(logdir)) {
      after.scalar("loss", 1, 2);
    }
    assertEquals(
        List.of("loss\tscalars\tfloat32\t1\t2.0", "loss\tscalars\tfloat32\t2\t1.0"), read(logdir));
  }

  private List<String> read(Path logdir) throws Exception {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(python != null, "TAPEDECK_PYTHON does not name a Python that has TensorBoard");
    }
    assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has TensorBoard");
    Path script = Path.of(getClass().getResource("read_events.py").toURI());
    return Processes.run(temp, python, "-X", "utf8", script.toString(), logdir.toString());
  }
}
