package dev.tapedeck.function;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the passes did to a graph.
 *
 * @param before the calls that were traced
 * @param after the calls that run
 * @param passes what each pass did, by its name
 */
public record GraphReport(int before, int after, List<Entry> passes) {
  /** The passes, in the order they are tried; again while one of them finds something. */
  private static final List<Pass> PASSES = List.of(new DeadCode(), new UnusedOutputs());

  private static final int ROUNDS = 10;

  /**
   * What one pass did.
   *
   * @param times how often it changed the graph
   * @param removed how many calls fewer there are by it
   */
  public record Entry(String pass, int times, int removed) {}

  /** A graph after the passes, and what they did. */
  record Optimised(Graph graph, GraphReport report) {}

  /** Puts a graph through the passes. */
  @SuppressWarnings("ReferenceEquality") // a pass gives the same graph back if it finds nothing
  static Optimised optimise(Graph traced) {
    int[] times = new int[PASSES.size()];
    int[] removed = new int[PASSES.size()];
    Graph graph = traced;
    boolean changed = true;
    for (int round = 0; changed && round < ROUNDS; round++) {
      changed = false;
      for (int i = 0; i < times.length; i++) {
        Graph next = PASSES.get(i).on(graph);
        if (next != graph) {
          changed = true;
          times[i]++;
          removed[i] += graph.nodes().size() - next.nodes().size();
          graph = next;
        }
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      entries.add(new Entry(PASSES.get(i).name(), times[i], removed[i]));
    }
    return new Optimised(
        graph, new GraphReport(traced.nodes().size(), graph.nodes().size(), entries));
  }

  /** Returns a line each: the calls before and after, and what each pass did. */
  @Override
  public String toString() {
    return passes.stream()
        .map(e -> "%-28s %4d times, %4d calls fewer".formatted(e.pass, e.times, e.removed))
        .collect(Collectors.joining("\n", "%d calls became %d\n".formatted(before, after), ""));
  }
}
