package dev.tapedeck.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.plot.Diagram.Arrow;
import dev.tapedeck.plot.LayeredLayout.Place;
import dev.tapedeck.plot.LayeredLayout.Point;
import dev.tapedeck.plot.LayeredLayout.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayeredLayoutTest {
  private static final double EPSILON = 1e-6;

  record Graph(List<Size> sizes, List<Arrow> arrows) {
    LayeredLayout layout() {
      return LayeredLayout.of(sizes, arrows);
    }
  }

  /** Returns random graphs, of which some are sparse, some dense, and some not connected. */
  static List<Graph> graphs() {
    List<Graph> graphs = new ArrayList<>();
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int boxes = 1 + random.nextInt(30);
      List<Size> sizes = new ArrayList<>();
      for (int i = 0; i < boxes; i++) {
        sizes.add(new Size(20 + random.nextInt(300), 20 + random.nextInt(150)));
      }
      List<Integer> numbers = new ArrayList<>(IntStream.range(0, boxes).boxed().toList());
      Collections.shuffle(numbers, random);
      Set<Arrow> arrows = new LinkedHashSet<>();
      for (int i = 0; i < boxes * (1 + seed % 3) && boxes > 1; i++) {
        int from = random.nextInt(boxes - 1);
        int to = from + 1 + random.nextInt(boxes - 1 - from);
        arrows.add(new Arrow(numbers.get(from), numbers.get(to)));
      }
      graphs.add(new Graph(sizes, List.copyOf(arrows)));
    }
    return graphs;
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void boxesAreApartAndWithinTheSize(Graph graph) {
    LayeredLayout layout = graph.layout();
    for (int i = 0; i < graph.sizes.size(); i++) {
      Place a = layout.boxes().get(i);
      assertEquals(graph.sizes.get(i), new Size(a.width(), a.height()));
      assertTrue(a.x() > -EPSILON && a.x() + a.width() < layout.size().width() + EPSILON);
      assertTrue(a.y() > -EPSILON && a.y() + a.height() < layout.size().height() + EPSILON);
      for (int j = 0; j < i; j++) {
        Place b = layout.boxes().get(j);
        boolean apart =
            a.x() + a.width() < b.x() - 10
                || b.x() + b.width() < a.x() - 10
                || a.y() + a.height() < b.y() - 10
                || b.y() + b.height() < a.y() - 10;
        assertTrue(apart, a + " " + b);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void arrowsGoDownFromBoxToBox(Graph graph) {
    LayeredLayout layout = graph.layout();
    for (int i = 0; i < graph.arrows.size(); i++) {
      Place from = layout.boxes().get(graph.arrows.get(i).from());
      Place to = layout.boxes().get(graph.arrows.get(i).to());
      List<Point> path = layout.paths().get(i);
      assertEquals(from.y() + from.height(), path.getFirst().y());
      assertEquals(from.x() + from.width() / 2, path.getFirst().x(), EPSILON);
      assertEquals(to.y(), path.getLast().y());
      assertEquals(to.x() + to.width() / 2, path.getLast().x(), EPSILON);
      assertTrue(path.getLast().y() > path.getFirst().y() + 20);
      for (int k = 1; k < path.size(); k++) {
        assertTrue(path.get(k).y() >= path.get(k - 1).y());
        if (k % 2 == 1) {
          assertEquals(path.get(k - 1).x(), path.get(k).x());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void arrowsCrossNoBoxes(Graph graph) {
    LayeredLayout layout = graph.layout();
    for (List<Point> path : layout.paths()) {
      for (int k = 1; k < path.size(); k++) {
        // A curve is within the rectangle of its ends, as is a line.
        Point a = path.get(k - 1);
        Point b = path.get(k);
        double left = Math.min(a.x(), b.x());
        double right = Math.max(a.x(), b.x());
        for (Place box : layout.boxes()) {
          boolean crossed =
              right > box.x() + EPSILON
                  && left < box.x() + box.width() - EPSILON
                  && b.y() > box.y() + EPSILON
                  && a.y() < box.y() + box.height() - EPSILON;
          assertFalse(crossed, path + " " + box);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void isTheSameEachTime(Graph graph) {
    assertEquals(graph.layout(), graph.layout());
  }

  private static Graph of(int boxes, int... ends) {
    List<Arrow> arrows = new ArrayList<>();
    for (int i = 0; i < ends.length; i += 2) {
      arrows.add(new Arrow(ends[i], ends[i + 1]));
    }
    List<Size> sizes = IntStream.range(0, boxes).mapToObj(i -> new Size(50 + i, 30)).toList();
    return new Graph(sizes, arrows);
  }

  private static double center(Place place) {
    return place.x() + place.width() / 2;
  }

  @Test
  void chainsAreStraightAndSkippingArrowsGoAround() {
    int[] ends = IntStream.range(0, 39).flatMap(i -> IntStream.of(i, i + 1)).toArray();
    for (Place place : of(40, ends).layout().boxes()) {
      assertEquals((50 + 39) / 2.0, center(place), EPSILON);
    }
    LayeredLayout residual = of(5, 0, 1, 1, 2, 2, 3, 1, 3, 3, 4).layout();
    for (Place place : residual.boxes()) {
      assertEquals(center(residual.boxes().getFirst()), center(place), EPSILON);
    }
  }

  @Test
  void forksAreSymmetric() {
    List<Place> boxes = of(4, 0, 1, 0, 2, 1, 3, 2, 3).layout().boxes();
    double middle = (center(boxes.get(1)) + center(boxes.get(2))) / 2;
    assertEquals(middle, center(boxes.get(0)), EPSILON);
    assertEquals(middle, center(boxes.get(3)), EPSILON);
  }

  @Test
  void needlessCrossingsAreUndone() {
    Ranks ranks = Ranks.of(6, of(6, 0, 5, 1, 4, 2, 3).arrows);
    for (int box = 0; box < 3; box++) {
      assertEquals(ranks.position(box), ranks.position(5 - box));
    }
    // The arrows of a complete graph of two and two boxes cross once, whatever the order is.
    assertEquals(
        List.of(2, 2),
        Ranks.of(4, of(4, 0, 2, 0, 3, 1, 2, 1, 3).arrows).order().stream()
            .map(List::size)
            .toList());
  }

  @Test
  void aSourceIsNearWhatItIsFor() {
    Ranks ranks = Ranks.of(4, of(4, 0, 1, 1, 2, 3, 2).arrows);
    assertEquals(1, ranks.rank(3));
  }

  @Test
  void cyclesAreRefused() {
    Graph cycle = of(3, 0, 1, 1, 2, 2, 1);
    String message = assertThrows(IllegalArgumentException.class, cycle::layout).getMessage();
    assertTrue(message.startsWith("plot: needs arrows without cycles"), message);
  }

  @Test
  void nothingHasNoSize() {
    assertEquals(new Size(0, 0), of(0).layout().size());
  }
}
