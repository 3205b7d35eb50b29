package dev.tapedeck.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command {@code tapedeck tensorboard}, which runs an installed TensorBoard until that ends.
 */
@Command(
    name = "tensorboard",
    mixinStandardHelpOptions = true,
    description =
        "Starts an installed TensorBoard: the one on the PATH, else that of the Python that"
            + " TAPEDECK_PYTHON names, else that of python3.")
final class ShowTensorBoard implements Callable<Integer> {
  /**
   * Python code that excludes the current folder from imports, as {@code python -P} does since
   * 3.11.
   */
  private static final String SAFE_PATH = "import sys; sys.path = [p for p in sys.path if p]; ";

  private static final String HAS_TENSORBOARD =
      SAFE_PATH
          + "import importlib.util; sys.exit(importlib.util.find_spec('tensorboard') is None)";
  private static final String RUN_TENSORBOARD =
      SAFE_PATH
          + "import runpy; runpy.run_module('tensorboard.main', run_name='__main__', alter_sys=True)";
  private static final long PATIENCE_SECONDS = 10;

  @Option(
      names = "--logdir",
      required = true,
      paramLabel = "DIR",
      description = "The folder that holds the runs, such as runs/mnist.")
  private Path logdir;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Where to serve; 0 takes any free port. TensorBoard's default is 6006.")
  private Integer port;

  @Parameters(
      paramLabel = "ARGUMENT",
      description = "What else TensorBoard shall be told, after --.")
  private List<String> more = List.of();

  @Override
  public Integer call() throws InterruptedException {
    if (!Files.isDirectory(logdir)) {
      throw new IllegalArgumentException(
          "tensorboard: --logdir: expected a folder, received "
              + logdir
              + (Files.exists(logdir) ? ", a file" : ", which does not exist")
              + "; it is what train mnist --logdir writes");
    }
    List<String> arguments = new ArrayList<>(List.of("--logdir=" + logdir));
    if (port != null) {
      arguments.add("--port=" + port);
    }
    arguments.addAll(more);
    Process process = start(arguments);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "tapedeck-tensorboard"));
    return process.waitFor();
  }

  private static Process start(List<String> arguments) throws InterruptedException {
    try {
      return start("tensorboard", arguments);
    } catch (IOException e) {
      for (String python : pythons()) {
        try {
          Process search = new ProcessBuilder(python, "-c", HAS_TENSORBOARD).start();
          if (search.waitFor() == 0) {
            return start(python, arguments, "-c", RUN_TENSORBOARD);
          }
        } catch (IOException _) {
          // There is no such Python.
        }
      }
      throw new IllegalStateException(
          "tensorboard: not on the PATH, nor known to "
              + String.join(" or ", pythons())
              + "; install it with: pip install tensorboard, or set TAPEDECK_PYTHON to a Python that"
              + " has it",
          e);
    }
  }

  private static List<String> pythons() {
    String named = System.getenv("TAPEDECK_PYTHON");
    return named == null || named.isEmpty() ? List.of("python3") : List.of(named, "python3");
  }

  private static Process start(String program, List<String> arguments, String... before)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(before));
    command.addAll(arguments);
    return new ProcessBuilder(command).inheritIO().start();
  }

  /** Ends TensorBoard when this process is terminated; with Ctrl-C it gets the signal itself. */
  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
