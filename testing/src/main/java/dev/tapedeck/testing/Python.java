package dev.tapedeck.testing;

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
 * The Python that the environment variable {@code TAPEDECK_PYTHON} names, which has TensorFlow,
 * Keras, TensorBoard, safetensors and onnx; tests that ask for it are skipped without it, except
 * where {@code CI=true}.
 *
 * @hidden for Tapedeck's own tests
 */
public final class Python {
  private static final String NAME = System.getenv("TAPEDECK_PYTHON");

  private Python() {}

  /** Returns whether there is one, which there must be where {@code CI=true}. */
  public static boolean isThere() {
    if ("true".equals(System.getenv("CI"))) {
      assertNotNull(NAME, "TAPEDECK_PYTHON must name a Python that has TensorFlow");
    }
    return NAME != null;
  }

  /** Returns the command that runs it; without one the test is skipped. */
  public static String command() {
    assumeTrue(isThere(), "TAPEDECK_PYTHON does not name a Python that has TensorFlow");
    return NAME;
  }

  /**
   * Returns the lines that a script prints; fails if it fails or takes five minutes.
   *
   * @param beside the class in whose resources the script is
   */
  public static List<String> run(Path temp, Class<?> beside, String script, Object... arguments)
      throws Exception {
    String file = Path.of(beside.getResource(script).toURI()).toString();
    List<String> command = new ArrayList<>(List.of(command(), "-X", "utf8", file));
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
