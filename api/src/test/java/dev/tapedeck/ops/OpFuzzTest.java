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
  private static final int TOLD_BYTES = 20_000;

  @Test
  void everyCallIsAnsweredOrRefused(@TempDir Path folder) throws Exception {
    Path journal = folder.resolve("journal");
    Path errors = folder.resolve("errors");
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command(journal))
            .redirectError(errors.toFile())
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(1, TimeUnit.HOURS); // its watchdog is stricter
    process.destroyForcibly();
    assertTrue(ended, () -> told(journal, errors));
    assertEquals(0, process.exitValue(), () -> told(journal, errors));
    String summary = Files.readString(output);
    assertTrue(summary.contains("never accepted: []"), summary);
  }

  private static List<String> command(Path journal) {
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
    Stream.of(OpFuzz.SEED, OpFuzz.CALLS, OpFuzz.ONLY)
        .filter(property -> System.getProperty(property) != null)
        .forEach(property -> command.add("-D" + property + "=" + System.getProperty(property)));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            OpFuzz.class.getName(),
            journal.toString()));
    return command;
  }

  private static String told(Path journal, Path errors) {
    try {
      String text = Files.readString(errors);
      return "the last call was "
          + OpFuzz.lastCall(journal)
          + "\n"
          + text.substring(Math.max(0, text.length() - TOLD_BYTES));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
