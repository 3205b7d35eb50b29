package dev.tapedeck.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measurements of the command line's trainings and of the same in a Keras script, as whole
 * processes.
 */
final class WholeProcesses {
  private static final int ROUNDS = 2;

  private WholeProcesses() {}

  /** Time of a process in seconds, and its peak memory in MiB. */
  private record Usage(double time, double memory) {
    static final Usage NONE = new Usage(Double.MAX_VALUE, Double.MAX_VALUE);

    Usage best(Usage other) {
      return new Usage(Math.min(time, other.time), Math.min(memory, other.memory));
    }
  }

  /** Measures, and returns a Markdown table. */
  static Table table() {
    run(command("train", "linear", "--steps", "1")); // builds it, and prepares quick starts
    Table table = new Table("command", "of", "ours", "Keras", "ratio", "at most", "met");
    compare(table, "mlp", 5, 128, 0.4, 0.5);
    compare(table, "cnn", 1, 32, 0.45, Double.NaN);
    double linear =
        Math.min(run(command("train", "linear")).time, run(command("train", "linear")).time);
    return table.row(
        "train linear", "s", linear, Double.NaN, Double.NaN, "1.5 s", Compare.met(linear, 1.5));
  }

  private static void compare(
      Table table, String model, int epochs, int batch, double mostTime, double mostMemory) {
    String[] options = {"--model", model, "--epochs", "" + epochs, "--batch-size", "" + batch};
    List<String> ours = command("train", "mnist");
    List<String> theirs =
        new ArrayList<>(
            List.of(Launch.python(), Launch.SCRIPTS.resolve("keras_mnist.py").toString()));
    for (List<String> command : List.of(ours, theirs)) {
      command.addAll(List.of(options));
    }
    Usage our = Usage.NONE;
    Usage their = Usage.NONE;
    for (int i = 0; i < ROUNDS; i++) {
      our = our.best(run(ours));
      their = their.best(run(theirs));
    }
    String name = "train mnist " + String.join(" ", options);
    row(table, name, "s", our.time, their.time, mostTime);
    row(table, name, "MiB", our.memory, their.memory, mostMemory);
  }

  private static void row(
      Table table, String name, String unit, double ours, double theirs, double atMost) {
    double ratio = ours / theirs;
    table.row(name, unit, ours, theirs, ratio, atMost, Compare.met(ratio, atMost));
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("./tapedeck"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Usage run(List<String> command) {
    List<String> measured =
        new ArrayList<>(List.of(Launch.python(), Launch.SCRIPTS.resolve("measure.py").toString()));
    measured.addAll(command);
    Machine.noteOthers();
    try {
      Path log = Launch.log("process");
      ProcessBuilder builder = new ProcessBuilder(measured).redirectError(log.toFile());
      builder.environment().remove("OMP_WAIT_POLICY"); // the launcher has its own
      Process process = builder.start();
      process.getOutputStream().close();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        String line = out.readLine();
        if (line == null) {
          throw new IllegalStateException(String.join(" ", command) + " failed; see " + log);
        }
        String[] parts = line.split(" ", -1);
        return new Usage(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
