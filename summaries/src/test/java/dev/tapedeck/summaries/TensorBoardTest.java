package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files with TensorBoard itself. */
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
    return Python.run(temp, TensorBoardTest.class, "read_events.py", logdir);
  }
}
