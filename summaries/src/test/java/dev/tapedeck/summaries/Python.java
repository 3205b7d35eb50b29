package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Python that the environment variable {@code TAPEDECK_PYTHON} names, which has TensorBoard and
 * TensorFlow; tests that ask for it are skipped without it, except where {@code CI=true}.
 */
final class Python {
  private Python() {}

  /** Returns the command that runs it. */
  static String command() {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(python != null, "TAPEDECK_PYTHON does not name a Python that has TensorBoard");
    }
    assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has TensorBoard");
    return python;
  }

  /** Returns the lines that a script beside the tests prints. */
  static List<String> run(Path temp, String script, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(command(), "-X", "utf8", resource(script)));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return Processes.run(temp, command.toArray(String[]::new));
  }

  private static String resource(String name) throws URISyntaxException {
    return Path.of(Python.class.getResource(name).toURI()).toString();
  }
}
