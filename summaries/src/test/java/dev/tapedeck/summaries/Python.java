package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a script of the test resources in the Python that the environment variable {@code
 * TAPEDECK_PYTHON} names; skipped without it, except where {@code CI=true}.
 */
final class Python {
  private Python() {}

  /** Returns the lines that the script prints. */
  static List<String> run(Path tempDir, String script, Object... arguments) throws Exception {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(python != null, "TAPEDECK_PYTHON does not name a Python that has TensorBoard");
    }
    assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has TensorBoard");
    Path file = Path.of(Python.class.getResource(script).toURI());
    List<String> command = new ArrayList<>(List.of(python, "-X", "utf8", file.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return Processes.run(tempDir, command.toArray(String[]::new));
  }
}
