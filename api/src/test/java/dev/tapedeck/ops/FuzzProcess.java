package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that may die of what it calls; the file {@code journal} says what that was. */
final class FuzzProcess {
  private static final int TOLD_BYTES = 20_000;

  private FuzzProcess() {}

  /** Runs a program in a folder, handing on system properties, and returns what it printed. */
  static String run(Class<?> program, Path folder, String... properties)
      throws IOException, InterruptedException {
    Path journal = folder.resolve("journal");
    Path errors = folder.resolve("errors");
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command(program, journal, properties))
            .redirectError(errors.toFile())
            .redirectOutput(output.toFile());
    // Threads that spin for each other's sake look like a hang where other programs run.
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.HOURS); // its watchdog is stricter
    process.destroyForcibly();
    assertTrue(ended, () -> told(journal, errors));
    assertEquals(0, process.exitValue(), () -> told(journal, errors));
    return Files.readString(output);
  }

  private static List<String> command(Class<?> program, Path journal, String... properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.nd4j.versioncheck=false",
            "-Dorg.nd4j.log.initialization=false",
            "-Dslf4j.internal.verbosity=ERROR",
            "-XX:ErrorFile=" + journal.resolveSibling("crash.log"),
            "-Xmx1g",
            "-D" + Memory.LIMIT_PROPERTY + "=16m"));
    Stream.of(properties)
        .filter(property -> System.getProperty(property) != null)
        .forEach(property -> command.add("-D" + property + "=" + System.getProperty(property)));
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), program.getName(), journal.toString()));
    return command;
  }

  private static String told(Path journal, Path errors) {
    try {
      String text = Files.readString(errors);
      return "the last call was "
          + FuzzJournal.lastCall(journal)
          + "\n"
          + text.substring(Math.max(0, text.length() - TOLD_BYTES));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
