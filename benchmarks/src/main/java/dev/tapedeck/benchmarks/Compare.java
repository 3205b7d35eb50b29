package dev.tapedeck.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Times our work and the peers' in turn and prints the ratios.
 *
 * <pre>{@code
 * Compare                      all
 * Compare mlp-32 torch         what has these words: tasks, ways of ours, peers
 * Compare mlp-8 fit torch      a task that is in no table
 * }</pre>
 *
 * <p>Each way is a process of its own, which warms up and then waits. A round is half a second of
 * each in turn, nothing else running; the ratio is that of the best rounds.
 */
final class Compare {
  static final int THREADS = 2;
  static final int ROUNDS = 5;
  static final double ROUND_SECONDS = 0.5;

  private Compare() {}

  /** Prints a table of what the words choose. */
  public static void main(String[] args) {
    List<Comparison> all =
        Stream.concat(Comparison.OPERATIONS.stream(), Comparison.STEPS.stream()).toList();
    System.out.print(table(chosen(all, Arrays.asList(args))));
  }

  /** Returns the comparisons that have a word of each kind that words were given of. */
  private static List<Comparison> chosen(List<Comparison> all, List<String> words) {
    List<Way> ways = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    for (String word : words) {
      Arrays.stream(Way.values())
          .filter(way -> way.name().equalsIgnoreCase(word))
          .findAny()
          .ifPresentOrElse(ways::add, () -> tasks.add(Task.parse(word)));
    }
    List<Way> ours = ways.stream().filter(Way::isOurs).toList();
    List<Way> peers = ways.stream().filter(way -> !way.isOurs()).toList();
    List<Comparison> fitting =
        all.stream()
            .filter(c -> tasks.isEmpty() || tasks.contains(c.task()))
            .filter(c -> ours.isEmpty() || ours.contains(c.ours()))
            .filter(c -> peers.isEmpty() || peers.contains(c.peer()))
            .toList();
    return fitting.isEmpty() ? crossed(tasks, ours, peers) : fitting;
  }

  private static List<Comparison> crossed(List<Task> tasks, List<Way> ours, List<Way> peers) {
    List<Comparison> all = new ArrayList<>();
    for (Task task : tasks) {
      for (Way way : ours) {
        peers.forEach(peer -> all.add(new Comparison(task, way, peer, Double.NaN)));
      }
    }
    return all;
  }

  /** Measures, and returns a Markdown table. */
  static String table(List<Comparison> comparisons) {
    StringBuilder table =
        new StringBuilder("| work | ours | peer | ours, us | peer, us | ratio | at most | met |\n")
            .append("|---|---|---|--:|--:|--:|--:|---|\n");
    Map<Task, List<Comparison>> byTask = new LinkedHashMap<>();
    comparisons.forEach(c -> byTask.computeIfAbsent(c.task(), _ -> new ArrayList<>()).add(c));
    byTask.forEach(
        (task, rows) -> {
          Set<Way> ways = new LinkedHashSet<>();
          rows.forEach(row -> ways.addAll(List.of(row.ours(), row.peer())));
          Map<Way, Double> best = best(task, ways, THREADS, ROUNDS);
          rows.forEach(row -> table.append(line(row, best)));
        });
    return table.toString();
  }

  /** Returns the best round of each way, microseconds a step; NaN for one that cannot do it. */
  static Map<Way, Double> best(Task task, Set<Way> ways, int threads, int rounds) {
    Map<Way, Worker> workers = new LinkedHashMap<>();
    Map<Way, Double> best = new LinkedHashMap<>();
    try {
      for (Way way : ways) {
        workers.put(way, Worker.start(way, task, threads));
      }
      warnOfOthers();
      for (int i = 0; i < rounds; i++) {
        workers.forEach((way, worker) -> best.merge(way, worker.round(ROUND_SECONDS), Math::min));
      }
    } finally {
      workers.values().forEach(Worker::close);
    }
    System.err.println(task.text() + " " + best);
    return best;
  }

  /** Says so if other programs use the processor while all of ours wait. */
  private static void warnOfOthers() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      system.getCpuLoad();
      LockSupport.parkNanos(300_000_000);
      double load = system.getCpuLoad();
      if (load > 0.05) {
        System.err.printf(
            Locale.ROOT,
            "other programs use %.0f %% of the processor: times are worth little%n",
            100 * load);
      }
    }
  }

  private static String line(Comparison row, Map<Way, Double> best) {
    double ours = best.get(row.ours());
    double peer = best.get(row.peer());
    double ratio = ours / peer;
    boolean aimed = !Double.isNaN(row.atMost());
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s | %s |%n",
        row.task().text(),
        row.ours().title(),
        row.peer().title(),
        number(ours),
        number(peer),
        number(ratio),
        number(row.atMost()),
        aimed && ratio > 0 ? ratio <= row.atMost() ? "yes" : "no" : "");
  }

  /** Returns a number with three digits or more, or nothing for NaN. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    int decimals = Math.clamp(2 - (long) Math.floor(Math.log10(Math.max(value, 1e-9))), 0, 3);
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
