package dev.tapedeck.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Measurements of trainings as whole processes: by the command line, and of first epochs. */
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
    Table table = new Table("command", "of", "ours", "peer", "ratio", "at most", "met");
    train(table, "mlp", 5, 128, 0.4, 0.5);
    train(table, "cnn", 1, 32, 0.45, Double.NaN);
    double linear =
        Math.min(run(command("train", "linear")).time, run(command("train", "linear")).time);
    table.row(
        "train linear", "s", linear, Double.NaN, Double.NaN, "1.5 s", Compare.met(linear, 1.5));
    Usage[] convolutions = epochs("cifar-32", Way.KERAS);
    row(table, "first 100 steps of cifar-32", "s", convolutions[0].time, convolutions[1].time, 0.4);
    Usage[] attention = epochs("transformer-2-1024", Way.TUNED);
    row(table, "transformer-2-1024", "MiB", attention[0].memory, attention[1].memory, 0.5);
    return table;
  }

  private static void train(
      Table table, String model, int epochs, int batch, double mostTime, double mostMemory) {
    String[] options = {"--model", model, "--epochs", "" + epochs, "--batch-size", "" + batch};
    Usage[] usages = measure(() -> command("train", "mnist", options), () -> script(options));
    String name = "train mnist " + String.join(" ", options);
    row(table, name, "s", usages[0].time, usages[1].time, mostTime);
    row(table, name, "MiB", usages[0].memory, usages[1].memory, mostMemory);
  }

  /** Returns the best of ours and of a peer's, in turn. */
  private static Usage[] measure(Supplier<ProcessBuilder> ours, Supplier<ProcessBuilder> theirs) {
    Usage[] best = {Usage.NONE, Usage.NONE};
    for (int i = 0; i < ROUNDS; i++) {
      best[0] = best[0].best(run(ours.get()));
      best[1] = best[1].best(run(theirs.get()));
    }
    return best;
  }

  /** Measures the first epoch of our {@code fit} and of a peer's; of PyTorch, the first step. */
  private static Usage[] epochs(String task, Way peer) {
    return measure(() -> once(Way.FIT, task), () -> once(peer, task));
  }

  private static ProcessBuilder once(Way way, String task) {
    return Launch.of(way, InterleavedTiming.THREADS, way.name(), task, "once");
  }

  private static void row(
      Table table, String name, String unit, double ours, double theirs, double atMost) {
    double ratio = ours / theirs;
    table.row(name, unit, ours, theirs, ratio, atMost, Compare.met(ratio, atMost));
  }

  private static ProcessBuilder command(String command, String task, String... options) {
    return process(options, "./tapedeck", command, task);
  }

  private static ProcessBuilder script(String... options) {
    return process(options, Launch.python(), Launch.SCRIPTS.resolve("keras_mnist.py").toString());
  }

  private static ProcessBuilder process(String[] options, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().remove("OMP_WAIT_POLICY"); // the launcher has its own
    return builder;
  }

  private static Usage run(ProcessBuilder builder) {
    String command = String.join(" ", builder.command());
    List<String> measured =
        new ArrayList<>(List.of(Launch.python(), Launch.SCRIPTS.resolve("measure.py").toString()));
    measured.addAll(builder.command());
    Machine.noteOthers();
    try {
      Path log = Launch.log("process");
      Process process = builder.command(measured).redirectError(log.toFile()).start();
      process.getOutputStream().close();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        String line = out.readLine();
        if (line == null) {
          throw new IllegalStateException(command + " failed; see " + log);
        }
        String[] parts = line.split(" ", -1);
        return new Usage(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
