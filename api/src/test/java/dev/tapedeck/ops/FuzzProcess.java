package dev.tapedeck.ops;

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
import java.util.stream.Stream;

/** A process that may die of what it calls; the file {@code journal} says what that was. */
final class FuzzProcess {
  private static final int REPORT_BYTES = 20_000;

  private FuzzProcess() {}

  /** Runs a program in a folder, handing on system properties, and returns what it printed. */
  static String run(Class<?> program, Path folder, String... properties)
      throws IOException, InterruptedException {
    Path journal = folder.resolve("journal");
    Path errors = folder.resolve("errors");
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        builder(program, journal, properties)
            .redirectError(errors.toFile())
            .redirectOutput(output.toFile());
    // Threads that spin for each other's sake look like a hang where other programs run.
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.HOURS); // its watchdog is stricter
    process.destroyForcibly();
    assertTrue(ended, () -> report(journal, errors));
    assertEquals(0, process.exitValue(), () -> report(journal, errors));
    return Files.readString(output);
  }

  private static ProcessBuilder builder(Class<?> program, Path journal, String... properties) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                Jvm.VECTORS,
                "-XX:ErrorFile=" + journal.resolveSibling("crash.log"),
                "-Xmx1g",
                "-D" + Memory.LIMIT_PROPERTY + "=16m"));
    Stream.of(properties)
        .filter(property -> System.getProperty(property) != null)
        .forEach(property -> flags.add("-D" + property + "=" + System.getProperty(property)));
    return Jvm.of(flags, program, journal);
  }

  private static String report(Path journal, Path errors) {
    try {
      String text = Files.readString(errors);
      return "the last call was "
          + FuzzJournal.lastCall(journal)
          + "\n"
          + text.substring(Math.max(0, text.length() - REPORT_BYTES));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
