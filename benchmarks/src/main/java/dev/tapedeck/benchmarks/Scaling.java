package dev.tapedeck.benchmarks;

import dev.tapedeck.benchmarks.StepModel.Machines;
import dev.tapedeck.benchmarks.StepModel.Network;
import dev.tapedeck.benchmarks.StepModel.Parts;
import dev.tapedeck.benchmarks.StepModel.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Trainings by shards, on this machine as measured and as {@link StepModel} has them, and by the
 * model on many machines like it.
 */
final class Scaling {
  private static final int CORES = 2;
  private static final int STEPS = 20;
  private static final double SLOWDOWN = 0.05;

  /** Latency of a switch and two network cards, beside that of this machine's sockets. */
  private static final double SWITCH = 10e-6;

  /** Shards of a batch on many machines: one for each core of 64. */
  private static final int MANY_SHARDS = 128;

  /**
   * A net, as it is trained here, and on many machines.
   *
   * @param batch the task here, of 8 shards
   * @param shard its shard
   * @param large a shard on many machines
   */
  private record Case(String title, String batch, String shard, String large) {}

  private static final List<Case> CASES =
      List.of(
          new Case("784 - 128 - 10", "mlp-512", "mlp-64", "mlp-64"),
          new Case("784 - 4096 - 4096 - 10", "mlp-128-4096-2", "mlp-16-4096-2", "mlp-64-4096-2"),
          new Case("CIFAR", "cifar-64", "cifar-8", "cifar-64"));

  /** What a shard takes on one core, and on each of two. */
  private record Measured(Parts alone, Parts busy) {}

  private final Network sockets;
  private final Map<String, Measured> parts = new LinkedHashMap<>();

  private Scaling() {
    double[] costs = measure("mlp-8-1", NetworkParts.WORD).getFirst();
    sockets = new Network(costs[0], costs[1], costs[2], costs[3], costs[4], costs[5]);
    for (Case each : CASES) {
      for (String shard : List.of(each.shard, each.large)) {
        parts.computeIfAbsent(shard, Scaling::parts);
      }
    }
  }

  /** Measures, and returns Markdown tables. */
  static String tables() {
    Scaling scaling = new Scaling();
    return String.join(
        "\n",
        scaling.costs(),
        scaling.messages(),
        scaling.here().toString(),
        scaling.elsewhere(10).toString(),
        scaling.elsewhere(100).toString(),
        scaling.lost().toString());
  }

  private static Measured parts(String shard) {
    List<double[]> lines = measure(shard, StepParts.WORD);
    return new Measured(parts(lines.getFirst()), parts(lines.getLast()));
  }

  private static Parts parts(double... times) {
    return new Parts(times[0], times[1], times[2], times[3], times[4], times[5]);
  }

  /** Returns the lines of figures that a process prints. */
  private static List<double[]> measure(String task, String word, String... arguments) {
    List<String> all = new ArrayList<>(List.of(Way.FIT.name(), task, word));
    all.addAll(List.of(arguments));
    String name = String.join("-", all);
    List<double[]> lines = new ArrayList<>();
    Machine.noteOthers();
    try {
      Process process =
          Launch.of(Way.FIT, InterleavedTiming.THREADS, all.toArray(String[]::new))
              .redirectError(Launch.log(name).toFile())
              .start();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.startsWith(word + " ")) {
            System.err.println(name + " " + line);
            lines.add(figures(line));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.isEmpty()) {
      throw new IllegalStateException(name + " failed; see " + Launch.log(name));
    }
    return lines;
  }

  private static double[] figures(String line) {
    return Arrays.stream(line.split(" ", -1)).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  private String costs() {
    Table table =
        new Table(
            "shard",
            "read, us",
            "computed, us",
            "beside another, us",
            "added, us",
            "beside another, us",
            "update, us",
            "weights copied, us",
            "gradients, MB");
    parts.forEach(
        (shard, measured) ->
            table.row(
                shard,
                1e6 * measured.alone.read(),
                1e6 * measured.alone.shard(),
                1e6 * measured.busy.shard(),
                1e6 * measured.alone.add(),
                1e6 * measured.busy.add(),
                1e6 * measured.busy.update(),
                1e6 * measured.busy.follow(),
                measured.busy.bytes() / 1e6));
    return table.toString();
  }

  private String messages() {
    return String.format(
        Locale.ROOT,
        "Sockets of this machine: a message arrives after %.0f us, and takes %.0f us of a core and %.2f ns"
            + " for each byte, both sides together. The coordinator takes %.0f us for each worker of a"
            + " step, and %.0f us until the worker has begun and the answer is there.%n",
        1e6 * sockets.latency(),
        1e6 * sockets.corePerMessage(),
        1e9 * sockets.corePerByte(),
        1e6 * sockets.coordinator(),
        1e6 * sockets.roundTrip());
  }

  /** Compares the model with trainings on this machine. */
  private Table here() {
    Table table =
        new Table(
            "step",
            "as",
            "measured, ms",
            "of plain fit",
            "model, ms",
            "error, %",
            "processor, ms",
            "of plain fit's",
            "model, ms",
            "error, %");
    for (Case each : CASES) {
      double[] plain = step(each, ShardedFit.Kind.PLAIN, CORES);
      row(table, each, plain, "fit, 2 threads", plain, new Step(Double.NaN, Double.NaN));
      for (int threads = 1; threads <= CORES; threads++) {
        row(table, each, plain, ShardedFit.Kind.THREADS, threads);
      }
      for (int workers : new int[] {1, 2, 4}) {
        row(table, each, plain, ShardedFit.Kind.WORKERS, workers);
      }
    }
    return table;
  }

  private void row(Table table, Case each, double[] plain, ShardedFit.Kind kind, int number) {
    boolean workers = kind == ShardedFit.Kind.WORKERS;
    Measured costs = parts.get(each.shard);
    Machines machine = new Machines(workers ? number : 1, true, CORES, workers ? 1 : number, 0);
    Network network = workers ? sockets : Network.NONE;
    StepModel model = new StepModel(number == 1 ? costs.alone : costs.busy, network, machine);
    row(
        table,
        each,
        plain,
        (workers ? "workers: " : "threads of shards: ") + number,
        step(each, kind, number),
        model.simulated(ShardedFit.SHARDS, STEPS));
  }

  private static void row(
      Table table, Case each, double[] plain, String as, double[] measured, Step model) {
    table.row(
        each.batch,
        as,
        1e3 * measured[0],
        measured[0] / plain[0],
        1e3 * model.time(),
        100 * (model.time() / measured[0] - 1),
        1e3 * measured[1],
        measured[1] / plain[1],
        1e3 * model.processor(),
        100 * (model.processor() / measured[1] - 1));
  }

  /** Returns the time of a step, and that of the processor. */
  private static double[] step(Case each, ShardedFit.Kind kind, int number) {
    return measure(each.batch, ShardedFit.WORD, kind.name(), Integer.toString(number)).getFirst();
  }

  private Network network(double gigabits) {
    return new Network(
        sockets.latency() + SWITCH,
        8e-9 / gigabits,
        sockets.corePerByte(),
        sockets.corePerMessage(),
        sockets.coordinator(),
        sockets.roundTrip() + 2 * SWITCH);
  }

  private static Machines machines(int workers) {
    return new Machines(workers, false, CORES, CORES, SLOWDOWN);
  }

  private double step(Parts costs, Network network, Machines machines) {
    return new StepModel(costs, network, machines).seconds(MANY_SHARDS, STEPS);
  }

  /** Returns the model's steps on many machines. */
  private Table elsewhere(int gigabits) {
    List<String> columns = new ArrayList<>(List.of("workers, " + gigabits + " Gbit/s"));
    for (Case each : CASES) {
      columns.add(each.title + ", ms");
      columns.add("speed-up");
    }
    Table table = new Table(columns.toArray(String[]::new));
    for (int workers = 1; workers <= MANY_SHARDS / CORES; workers *= 2) {
      List<Object> cells = new ArrayList<>(List.of((double) workers));
      for (Case each : CASES) {
        Parts costs = parts.get(each.large).busy;
        double step = step(costs, network(gigabits), machines(workers));
        cells.add(1e3 * step);
        cells.add(step(costs, network(gigabits), machines(1)) / step);
      }
      table.row(cells.toArray());
    }
    return table;
  }

  /** Returns what parts of a step of 64 workers would be saved without something. */
  private Table lost() {
    Table table =
        new Table(
            "64 workers",
            "Gbit/s",
            "without links' limits, %",
            "cores' bytes",
            "messages",
            "coordinator",
            "update",
            "stragglers");
    int workers = MANY_SHARDS / CORES;
    Machines fair = new Machines(workers, false, CORES, CORES, 0);
    for (Case each : CASES) {
      for (int gigabits : new int[] {10, 100}) {
        Parts p = parts.get(each.large).busy;
        Network n = network(gigabits);
        double all = step(p, n, machines(workers));
        Parts noUpdate = new Parts(p.read(), p.shard(), p.add(), 0, 0, p.bytes());
        table.row(
            each.title,
            (double) gigabits,
            saved(all, step(p, n.unlimited(), machines(workers))),
            saved(all, step(p, n.withoutCopies(), machines(workers))),
            saved(all, step(p, n.withoutMessages(), machines(workers))),
            saved(all, step(p, n.withoutCoordinator(), machines(workers))),
            saved(all, step(noUpdate, n, machines(workers))),
            saved(all, step(p, n, fair)));
      }
    }
    return table;
  }

  private static double saved(double all, double without) {
    return 100 * (1 - without / all);
  }
}
