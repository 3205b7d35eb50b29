package dev.tapedeck.benchmarks;

import dev.tapedeck.benchmarks.Comparison.Figure;
import dev.tapedeck.benchmarks.InterleavedTiming.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Comparison of Tapedeck's times with those of peers.
 *
 * <pre>{@code
 * Compare                      all
 * Compare mlp-32 torch      those with these words: tasks, ways of ours, peers
 * Compare mlp-8 fit torch      a task that is in no table
 * }</pre>
 */
final class Compare {
  private Compare() {}

  /** Prints a table of the comparisons that the words select. */
  public static void main(String[] args) {
    System.out.print(table(chosen(Arrays.asList(args))));
  }

  /** Returns the comparisons that match, for each kind of word given, one of its words. */
  private static List<Comparison> chosen(List<String> words) {
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
        Stream.of(Comparison.OPERATIONS, Comparison.STEPS, Comparison.PREDICTIONS)
            .flatMap(List::stream)
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
        peers.forEach(peer -> all.add(new Comparison(task, way, peer, Figure.MEAN, Double.NaN)));
      }
    }
    return all;
  }

  /** Measures comparisons, task by task. */
  static Table table(List<Comparison> comparisons) {
    Map<Task, List<Comparison>> byTask = new LinkedHashMap<>();
    comparisons.forEach(c -> byTask.computeIfAbsent(c.task(), _ -> new ArrayList<>()).add(c));
    Table table =
        new Table("work", "ours", "peer", "ours, us", "peer, us", "ratio", "at most", "met");
    byTask.forEach(
        (task, rows) -> {
          Set<Way> ways = new LinkedHashSet<>();
          rows.forEach(row -> ways.addAll(List.of(row.ours(), row.peer())));
          Map<Way, Times> times =
              InterleavedTiming.take(
                  task, ways, InterleavedTiming.THREADS, InterleavedTiming.ROUNDS);
          for (Comparison row : rows) {
            double ours = row.figure().of(times.get(row.ours()).best());
            double peer = row.figure().of(times.get(row.peer()).best());
            table.row(
                task.text() + row.figure().suffix(),
                row.ours().title(),
                row.peer().title(),
                ours,
                peer,
                ours / peer,
                row.atMost(),
                met(ours / peer, row.atMost()));
          }
        });
    return table;
  }

  /** Returns whether a target is met; empty without a target or a measurement. */
  static String met(double value, double atMost) {
    return Double.isNaN(value) || Double.isNaN(atMost) ? "" : value <= atMost ? "yes" : "no";
  }
}
