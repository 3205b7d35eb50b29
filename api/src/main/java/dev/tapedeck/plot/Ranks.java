package dev.tapedeck.plot;

import dev.tapedeck.plot.Diagram.Arrow;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The ranks of a layered layout, from top to bottom, and the order in each of them.
 *
 * <p>The vertices are the boxes, and behind them a vertex without size in each rank that an arrow
 * passes.
 */
final class Ranks {
  private static final int SWEEPS = 24;

  private final List<List<Integer>> above = new ArrayList<>();
  private final List<List<Integer>> below = new ArrayList<>();
  private final List<Integer> ranks = new ArrayList<>();
  private final List<List<Integer>> chains = new ArrayList<>();
  private List<List<Integer>> order = new ArrayList<>();
  private int[] positions = {};

  private Ranks() {}

  static Ranks of(int boxes, List<Arrow> arrows) {
    Ranks result = new Ranks();
    for (int rank : longestPaths(boxes, arrows)) {
      result.add(rank);
    }
    arrows.forEach(result::connect);
    result.sort();
    return result;
  }

  int vertices() {
    return ranks.size();
  }

  int rank(int vertex) {
    return ranks.get(vertex);
  }

  /** Returns the vertices of each rank, from left to right. */
  List<List<Integer>> order() {
    return order;
  }

  /** Returns the vertices that each arrow passes, with those at its ends. */
  List<List<Integer>> chains() {
    return chains;
  }

  /** Returns the number of vertices left of one in its rank. */
  int position(int vertex) {
    return positions[vertex];
  }

  List<Integer> above(int vertex) {
    return above.get(vertex);
  }

  List<Integer> below(int vertex) {
    return below.get(vertex);
  }

  /** Returns ranks: one more than that of the lowest box above; a source is near what it is for. */
  private static int[] longestPaths(int boxes, List<Arrow> arrows) {
    int[] ranks = new int[boxes];
    int[] open = new int[boxes];
    List<List<Integer>> targets = new ArrayList<>();
    for (int i = 0; i < boxes; i++) {
      targets.add(new ArrayList<>());
    }
    for (Arrow arrow : arrows) {
      open[arrow.to()]++;
      targets.get(arrow.from()).add(arrow.to());
    }
    boolean[] source = new boolean[boxes];
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < boxes; i++) {
      source[i] = open[i] == 0;
      if (source[i]) {
        ready.add(i);
      }
    }
    int visited = 0;
    while (!ready.isEmpty()) {
      int box = ready.remove();
      visited++;
      for (int target : targets.get(box)) {
        ranks[target] = Math.max(ranks[target], ranks[box] + 1);
        if (--open[target] == 0) {
          ready.add(target);
        }
      }
    }
    if (visited < boxes) {
      throw Refusal.of(
          "plot", "needs arrows without cycles", arrows, "leave out one of each cycle");
    }
    for (int i = 0; i < boxes; i++) {
      if (source[i]) {
        int first = targets.get(i).stream().mapToInt(target -> ranks[target]).min().orElse(1);
        ranks[i] = first - 1;
      }
    }
    return ranks;
  }

  private int add(int rank) {
    ranks.add(rank);
    above.add(new ArrayList<>());
    below.add(new ArrayList<>());
    return ranks.size() - 1;
  }

  private void connect(Arrow arrow) {
    List<Integer> chain = new ArrayList<>();
    chain.add(arrow.from());
    for (int rank = rank(arrow.from()) + 1; rank < rank(arrow.to()); rank++) {
      chain.add(add(rank));
    }
    chain.add(arrow.to());
    for (int i = 1; i < chain.size(); i++) {
      below.get(chain.get(i - 1)).add(chain.get(i));
      above.get(chain.get(i)).add(chain.get(i - 1));
    }
    chains.add(chain);
  }

  /** Orders the vertices of each rank so that few arrows cross: by the mean of their neighbours. */
  private void sort() {
    order = depthFirst();
    List<List<Integer>> best = copy(order);
    long fewest = crossings();
    for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 1; i < order.size(); i++) {
        sort(down ? i : order.size() - 1 - i, down ? above : below);
      }
      long now = crossings();
      if (now < fewest) {
        fewest = now;
        best = copy(order);
      }
    }
    order = best;
    positions = positions();
  }

  private static List<List<Integer>> copy(List<List<Integer>> order) {
    List<List<Integer>> copy = new ArrayList<>();
    order.forEach(rank -> copy.add(new ArrayList<>(rank)));
    return copy;
  }

  private List<List<Integer>> depthFirst() {
    List<List<Integer>> found = new ArrayList<>();
    ranks.stream()
        .max(Comparator.naturalOrder())
        .ifPresent(
            last -> {
              for (int i = 0; i <= last; i++) {
                found.add(new ArrayList<>());
              }
            });
    boolean[] seen = new boolean[vertices()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int start = 0; start < vertices(); start++) {
      if (above(start).isEmpty()) {
        open.push(start);
      }
      while (!open.isEmpty()) {
        int vertex = open.pop();
        if (!seen[vertex]) {
          seen[vertex] = true;
          found.get(rank(vertex)).add(vertex);
          below(vertex).reversed().forEach(open::push);
        }
      }
    }
    return found;
  }

  private void sort(int rank, List<List<Integer>> neighbours) {
    int[] now = positions();
    double[] means = new double[vertices()];
    for (int vertex : order.get(rank)) {
      means[vertex] =
          neighbours.get(vertex).stream()
              .mapToInt(neighbour -> now[neighbour])
              .average()
              .orElse(now[vertex]);
    }
    order.get(rank).sort(Comparator.comparingDouble(vertex -> means[vertex]));
  }

  private int[] positions() {
    int[] found = new int[vertices()];
    for (List<Integer> rank : order) {
      for (int i = 0; i < rank.size(); i++) {
        found[rank.get(i)] = i;
      }
    }
    return found;
  }

  private long crossings() {
    int[] now = positions();
    long count = 0;
    for (List<Integer> rank : order) {
      List<Integer> ends = new ArrayList<>();
      for (int vertex : rank) {
        int[] targets = below(vertex).stream().mapToInt(target -> now[target]).toArray();
        for (int end : ends) {
          count += Arrays.stream(targets).filter(target -> target < end).count();
        }
        Arrays.stream(targets).forEach(ends::add);
      }
    }
    return count;
  }
}
