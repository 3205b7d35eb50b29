package dev.tapedeck.plot;

import dev.tapedeck.plot.Diagram.Arrow;
import java.util.ArrayList;
import java.util.List;

/**
 * A layered layout of a graph: each box below those that lead to it, boxes apart, and arrows that
 * go down between the boxes and cross none (Sugiyama, Tagawa, Toda, 1981: Methods for visual
 * understanding of hierarchical system structures).
 *
 * @param boxes the place of each box
 * @param paths the points of each arrow: it goes straight down from the first to the second, in a
 *     curve to the third, straight down again, and so on
 */
record LayeredLayout(List<Place> boxes, List<List<Point>> paths, Size size) {
  private static final double BETWEEN_RANKS = 38;

  /** A size in pixels. */
  record Size(double width, double height) {}

  /** A point in pixels, from the top left corner. */
  record Point(double x, double y) {}

  /** A box by its left and upper side, in pixels. */
  record Place(double x, double y, double width, double height) {}

  /**
   * Returns the layout of boxes with arrows.
   *
   * @throws IllegalArgumentException if the arrows have a cycle
   */
  static LayeredLayout of(List<Size> sizes, List<Arrow> arrows) {
    Ranks ranks = Ranks.of(sizes.size(), arrows);
    double[] widths = new double[ranks.vertices()];
    for (int i = 0; i < sizes.size(); i++) {
      widths[i] = sizes.get(i).width();
    }
    double[] centers = new Columns(ranks, widths).centers();
    double width = 0;
    for (int i = 0; i < widths.length; i++) {
      width = Math.max(width, centers[i] + widths[i] / 2);
    }
    int count = ranks.order().size();
    double[] tops = new double[count];
    double[] bottoms = new double[count];
    double y = 0;
    for (int rank = 0; rank < count; rank++) {
      double height = 0;
      for (int vertex : ranks.order().get(rank)) {
        height = Math.max(height, vertex < sizes.size() ? sizes.get(vertex).height() : 0);
      }
      tops[rank] = y;
      bottoms[rank] = y + height;
      y += height + BETWEEN_RANKS;
    }
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Size size = sizes.get(i);
      int rank = ranks.rank(i);
      double top = (tops[rank] + bottoms[rank] - size.height()) / 2;
      places.add(new Place(centers[i] - size.width() / 2, top, size.width(), size.height()));
    }
    List<List<Point>> paths = new ArrayList<>();
    for (List<Integer> chain : ranks.chains()) {
      List<Point> path = new ArrayList<>();
      for (int vertex : chain) {
        path.add(new Point(centers[vertex], tops[ranks.rank(vertex)]));
        path.add(new Point(centers[vertex], bottoms[ranks.rank(vertex)]));
      }
      Place from = places.get(chain.getFirst());
      Place to = places.get(chain.getLast());
      path.set(0, new Point(path.getFirst().x(), from.y() + from.height()));
      path.set(path.size() - 1, new Point(path.getLast().x(), to.y()));
      paths.add(path);
    }
    return new LayeredLayout(
        List.copyOf(places), List.copyOf(paths), new Size(width, Math.max(0, y - BETWEEN_RANKS)));
  }
}
