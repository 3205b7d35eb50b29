package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The points of logs as TensorBoard finds them, by the Python of {@code TAPEDECK_PYTHON}. */
final class Points {
  private Points() {}

  /** Returns whether there is such a Python, which there must be where {@code CI=true}. */
  static boolean canBeRead() {
    String python = System.getenv("TAPEDECK_PYTHON");
    if ("true".equals(System.getenv("CI"))) {
      assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has TensorBoard");
    }
    return python != null;
  }

  /** Returns a line for each tag of the runs below a folder, as TensorBoard shows them. */
  static String of(Path logdir) throws Exception {
    return of(logdir, "tensorboard");
  }

  /** Returns the same as scripts see it, whose reader forgets nothing. */
  static String inScripts(Path logdir) throws Exception {
    return of(logdir, "script");
  }

  private static String of(Path logdir, String reader) throws Exception {
    Path script = Path.of(Points.class.getResource("points.py").toURI());
    Process process =
        new ProcessBuilder(
                System.getenv("TAPEDECK_PYTHON"), script.toString(), logdir.toString(), reader)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String points = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return points;
  }
}
