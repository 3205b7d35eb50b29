package dev.tapedeck.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The horizontal coordinates of a layered layout.
 *
 * <p>Vertices that follow each other without a choice form a column, which is straight: those of a
 * chain of boxes, and of an arrow that passes ranks. Then each column moves, as far as its
 * neighbours in the ranks let it, to the median of what its ends lead to.
 */
final class Columns {
  private static final int SWEEPS = 100;
  private static final double BETWEEN_BOXES = 28;
  private static final double BETWEEN_ARROWS = 16;

  private final Ranks ranks;
  private final double[] widths;

  /** The column of each vertex, and the vertices and the center of each column. */
  private final int[] columns;

  private final List<List<Integer>> members = new ArrayList<>();
  private final double[] centers;

  /** The vertices left and right of each one in its rank; -1 for none. */
  private final int[] left;

  private final int[] right;

  private record Link(int above, int below) {}

  /**
   * Lays out the ranks.
   *
   * @param widths the width of each vertex; 0 for an arrow that passes
   */
  Columns(Ranks ranks, double[] widths) {
    this.ranks = ranks;
    this.widths = widths;
    columns = new int[widths.length];
    left = new int[widths.length];
    right = new int[widths.length];
    Arrays.fill(left, -1);
    Arrays.fill(right, -1);
    for (List<Integer> rank : ranks.order()) {
      for (int i = 1; i < rank.size(); i++) {
        left[rank.get(i)] = rank.get(i - 1);
        right[rank.get(i - 1)] = rank.get(i);
      }
    }
    connect();
    centers = new double[members.size()];
    packLeft();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      moveAll(sweep % 2 == 0);
    }
  }

  /** Returns the center of each vertex; the leftmost side is at 0. */
  double[] centers() {
    double[] found = new double[widths.length];
    double leftmost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < found.length; i++) {
      found[i] = centers[columns[i]];
      leftmost = Math.min(leftmost, found[i] - widths[i] / 2);
    }
    for (int i = 0; i < found.length; i++) {
      found[i] -= leftmost;
    }
    return found;
  }

  private boolean isBox(int vertex) {
    return widths[vertex] > 0;
  }

  /** Makes the columns, of links that do not cross others; those between boxes go first. */
  private void connect() {
    int[] continued = new int[widths.length];
    Arrays.fill(continued, -1);
    for (List<Integer> rank : ranks.order()) {
      List<Link> links = new ArrayList<>();
      for (int vertex : rank) {
        int below = only(ranks.below(vertex));
        if (below >= 0 && only(ranks.above(below)) == vertex) {
          links.add(new Link(vertex, below));
        }
      }
      links.sort(Comparator.comparing(link -> !isBox(link.above) || !isBox(link.below)));
      List<Link> kept = new ArrayList<>();
      for (Link link : links) {
        if (kept.stream().noneMatch(other -> cross(link, other))) {
          kept.add(link);
          continued[link.below] = link.above;
        }
      }
      for (int vertex : rank) {
        if (continued[vertex] >= 0) {
          columns[vertex] = columns[continued[vertex]];
        } else {
          columns[vertex] = members.size();
          members.add(new ArrayList<>());
        }
        members.get(columns[vertex]).add(vertex);
      }
    }
  }

  private boolean cross(Link a, Link b) {
    return ranks.position(a.above) < ranks.position(b.above)
        != ranks.position(a.below) < ranks.position(b.below);
  }

  /** Returns the only neighbour, or the only one that is a box; -1 for none. */
  private int only(List<Integer> neighbours) {
    if (neighbours.size() == 1) {
      return neighbours.getFirst();
    }
    int[] boxes = neighbours.stream().mapToInt(n -> n).filter(this::isBox).toArray();
    return boxes.length == 1 ? boxes[0] : -1;
  }

  private double distance(int first, int second) {
    double space = isBox(first) || isBox(second) ? BETWEEN_BOXES : BETWEEN_ARROWS;
    return (widths[first] + widths[second]) / 2 + space;
  }

  private void packLeft() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int column = 0; column < centers.length; column++) {
        double least = leftLimit(column);
        if (least > centers[column]) {
          centers[column] = least;
          changed = true;
        }
      }
    }
  }

  private double leftLimit(int column) {
    double limit = Double.NEGATIVE_INFINITY;
    for (int vertex : members.get(column)) {
      if (left[vertex] >= 0) {
        limit = Math.max(limit, centers[columns[left[vertex]]] + distance(left[vertex], vertex));
      }
    }
    return limit;
  }

  /**
   * Moves a column up to where a column of boxes stops it; columns of arrows give way.
   *
   * @return where it is then
   */
  private double move(int column, double target) {
    boolean rightwards = target > centers[column];
    double sign = rightwards ? 1 : -1;
    double reached = target;
    for (int vertex : members.get(column)) {
      int next = rightwards ? right[vertex] : left[vertex];
      if (next >= 0) {
        int other = columns[next];
        double space = sign * distance(vertex, next);
        boolean free = sign * centers[other] >= sign * (reached + space);
        if (!free) {
          double end = hasBox(other) ? centers[other] : move(other, reached + space);
          reached = end - space;
        }
      }
    }
    centers[column] = sign * Math.max(sign * centers[column], sign * reached);
    return centers[column];
  }

  private boolean hasBox(int column) {
    return members.get(column).stream().anyMatch(this::isBox);
  }

  private void moveAll(boolean fromLeft) {
    List<Integer> order =
        IntStream.range(0, centers.length)
            .boxed()
            .sorted(Comparator.comparingDouble(column -> centers[column]))
            .toList();
    for (int column : fromLeft ? order : order.reversed()) {
      List<Integer> ends = new ArrayList<>();
      for (int vertex : members.get(column)) {
        ends.addAll(ranks.above(vertex));
        ends.addAll(ranks.below(vertex));
      }
      ends.removeIf(end -> columns[end] == column);
      if (ends.stream().anyMatch(this::isBox)) {
        ends.removeIf(end -> !isBox(end)); // arrows go around boxes
      }
      if (!ends.isEmpty()) {
        double[] sorted =
            ends.stream().mapToDouble(end -> centers[columns[end]]).sorted().toArray();
        int middle = sorted.length / 2;
        boolean even = sorted.length % 2 == 0;
        move(column, even ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]);
      }
    }
  }
}
