package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the test scripts in the Python that the environment variable {@code TAPEDECK_PYTHON} names;
 * skips the test without it, except where {@code CI=true}.
 */
final class Python {
  private Python() {}

  /** Returns the lines that a script prints; fails if it fails or takes five minutes. */
  static List<String> run(Path temp, String script, Object... arguments) throws Exception {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(python != null, "TAPEDECK_PYTHON does not name a Python that has TensorFlow");
    }
    assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has TensorFlow");
    Path file = Path.of(Python.class.getResource(script).toURI());
    List<String> command = new ArrayList<>(List.of(python, "-X", "utf8", file.toString()));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    File out = Files.createTempFile(temp, "python", ".out").toFile();
    File err = Files.createTempFile(temp, "python", ".err").toFile();
    Process process = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still running: " + command);
    } finally {
      process.destroyForcibly();
    }
    String errors = Files.readString(err.toPath(), StandardCharsets.ISO_8859_1);
    assertEquals(0, process.exitValue(), errors);
    return Files.readAllLines(out.toPath());
  }
}
