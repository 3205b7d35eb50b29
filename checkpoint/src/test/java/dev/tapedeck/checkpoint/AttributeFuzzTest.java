package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Memory;
import dev.tapedeck.testing.FuzzJournal;
import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No attribute and no wiring in the file of a saved function kills the process or reads foreign
 * memory: the file is refused, or what it says is computed, or refused when it runs.
 *
 * <p>An hour of it: {@code mvn test -pl checkpoint -am -Dtest=AttributeFuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtapedeck.fuzz.minutes=60}; other cases by {@code
 * -Dtapedeck.fuzz.seed=1000000}, the first of the seeds.
 */
final class AttributeFuzzTest {
  private static final long CASES = 1500;
  private static final int REPORT_LENGTH = 20_000;

  @Test
  void everyFileRunsOrIsRefused(@TempDir Path folder) throws Exception {
    Path journal = folder.resolve("journal");
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Integer minutes = Integer.getInteger("tapedeck.fuzz.minutes");
    long first = Long.getLong("tapedeck.fuzz.seed", 0);
    long last = minutes == null ? first + CASES - 1 : Long.MAX_VALUE - 1;
    long end = minutes == null ? Long.MAX_VALUE : System.currentTimeMillis() + minutes * 60_000L;
    StringBuilder summary = new StringBuilder();
    for (int status = FuzzJournal.ENDLESS; status == FuzzJournal.ENDLESS; ) {
      status = run(folder, journal, first, last, end);
      summary.append(Files.readString(output));
      if (status != 0 && status != FuzzJournal.ENDLESS) {
        assertEquals(0, status, report(journal, errors));
      }
      first = lastSeed(journal) + 1;
    }
    System.getLogger("fuzz").log(System.Logger.Level.DEBUG, summary);
    assertTrue(summary.toString().contains("ran="), summary.toString());
  }

  private static int run(Path folder, Path journal, long first, long last, long end)
      throws IOException, InterruptedException {
    ProcessBuilder jvm = Jvm.quick(AttributeFuzz.class, journal, first, last, end);
    List<String> command = new ArrayList<>(jvm.command());
    command.addAll(
        1,
        List.of(
            "--add-modules=jdk.incubator.vector",
            "-XX:ErrorFile=" + folder.resolve("crash.log"),
            "-D" + Memory.LIMIT_PROPERTY + "=16m"));
    jvm.command(command);
    // Threads that spin for each other's sake look like a hang where other programs run.
    jvm.environment().put("OMP_NUM_THREADS", "1");
    Process process =
        jvm.redirectError(folder.resolve("errors").toFile())
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    boolean ended = process.waitFor(2, TimeUnit.HOURS); // its watchdog is stricter
    process.destroyForcibly();
    assertTrue(ended, "it goes on");
    return process.exitValue();
  }

  private static long lastSeed(Path journal) throws IOException {
    return Long.parseLong(FuzzJournal.lastCall(journal));
  }

  /** Returns what went wrong, and where the file is kept. */
  private static String report(Path journal, Path errors) throws IOException {
    long seed = lastSeed(journal);
    Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(seed + ".tapedeck");
    AttributeFuzz.write(seed, kept);
    String text = Files.readString(errors);
    return "the last seed was "
        + seed
        + ", its file is "
        + kept.toAbsolutePath()
        + "\n"
        + text.substring(0, Math.min(REPORT_LENGTH, text.length()));
  }
}
