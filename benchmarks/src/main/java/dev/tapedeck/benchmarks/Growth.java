package dev.tapedeck.benchmarks;

import static dev.tapedeck.benchmarks.Way.EAGER;
import static dev.tapedeck.benchmarks.Way.FIT;
import static dev.tapedeck.benchmarks.Way.FUNCTION;
import static dev.tapedeck.benchmarks.Way.TORCH;
import static dev.tapedeck.benchmarks.Way.TRACED;

import dev.tapedeck.benchmarks.InterleavedTiming.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measurements of how step times grow with model size, batch size, threads and duration, without
 * targets.
 */
final class Growth {
  private static final int ROUNDS = 3;
  private static final int MEMORY_STEPS = 20_000;

  private static final List<String> SIZES =
      List.of(
          "mlp-8",
          "mlp-32",
          "mlp-128",
          "mlp-512",
          "mlp-4096",
          "mlp-128-64",
          "mlp-128-1024",
          "mlp-128-4096",
          "mlp-1024-4096",
          "mlp-128-128-2",
          "mlp-128-128-8");

  private Growth() {}

  /** Measures, and returns Markdown tables. */
  static String tables() {
    return sizes() + "\n" + ways() + "\n" + memory();
  }

  private static String sizes() {
    Task product = Task.parse("matmul-4096x4096x4096");
    Map<Way, Times> products = take(product, EAGER, TORCH);
    double peak = Math.max(rate(product, products.get(EAGER)), rate(product, products.get(TORCH)));
    Table table =
        new Table("step", "fit, us", "PyTorch eager, us", "ratio", "of the peak", "PyTorch's");
    for (String size : SIZES) {
      Task task = Task.parse(size);
      Map<Way, Times> times = take(task, FIT, TORCH);
      Times ours = times.get(FIT);
      Times theirs = times.get(TORCH);
      table.row(
          size,
          ours.step(),
          theirs.step(),
          ours.step() / theirs.step(),
          rate(task, ours) / peak,
          rate(task, theirs) / peak);
    }
    return String.format(
        Locale.ROOT,
        "%s%nThe peak is the better matrix product of 4096 x 4096: %.0f Gflop/s.%n",
        table,
        peak);
  }

  private static Map<Way, Times> take(Task task, Way... ways) {
    return InterleavedTiming.take(task, List.of(ways), InterleavedTiming.THREADS, ROUNDS);
  }

  /** Returns the Gflop/s of a task's matrix products. */
  private static double rate(Task task, Times times) {
    return task.flops() / times.step() / 1e3;
  }

  private static Table ways() {
    Table table =
        new Table("step", "way", "2 threads, us", "1 thread, us", "first, ms", "warm after, ms");
    for (String name : List.of("linear", "mlp-32", "cnn-32")) {
      Task task = Task.parse(name);
      List<Way> ways = new ArrayList<>(List.of(EAGER, TRACED, TORCH, FUNCTION));
      if (!name.equals("linear")) {
        ways.add(2, FIT);
      }
      Map<Way, Times> two = InterleavedTiming.take(task, ways, InterleavedTiming.THREADS, ROUNDS);
      Map<Way, Times> one = InterleavedTiming.take(task, ways, 1, ROUNDS);
      two.forEach(
          (way, times) ->
              table.row(
                  name,
                  way.title(),
                  times.step(),
                  one.get(way).step(),
                  way == FIT ? Double.NaN : times.first(),
                  times.warmUp()));
    }
    return table;
  }

  private static Table memory() {
    Table table = new Table("step", "way", "resident, MiB", "after 10,000", "after 20,000");
    for (Way way : List.of(EAGER, TRACED, FIT)) {
      try (Worker worker = Worker.start(way, Task.parse("mlp-32"), InterleavedTiming.THREADS)) {
        table.row(
            "mlp-32",
            way.title(),
            Machine.residentMemory(worker.pid()),
            afterSteps(worker),
            afterSteps(worker));
      }
    }
    return table;
  }

  private static double afterSteps(Worker worker) {
    for (double steps = 0; steps < MEMORY_STEPS / 2.0; ) {
      steps +=
          InterleavedTiming.ROUND_SECONDS
              * 1e6
              / worker.round(InterleavedTiming.ROUND_SECONDS).mean();
    }
    return Machine.residentMemory(worker.pid());
  }
}
