package dev.tapedeck.cli;

import dev.tapedeck.testing.Python;
import java.nio.file.Path;

/** The points of logs as TensorBoard finds them, by the Python of {@code TAPEDECK_PYTHON}. */
final class Points {
  private Points() {}

  /** Returns a line for each tag of the runs below a folder, as TensorBoard shows them. */
  static String of(Path temp, Path logdir) throws Exception {
    return of(temp, logdir, "tensorboard");
  }

  /** Returns the same as scripts see it, whose reader forgets nothing. */
  static String inScripts(Path temp, Path logdir) throws Exception {
    return of(temp, logdir, "script");
  }

  private static String of(Path temp, Path logdir, String reader) throws Exception {
    return String.join("\n", Python.run(temp, Points.class, "points.py", logdir, reader));
  }
}
