package dev.tapedeck.plot;

import dev.tapedeck.plot.Diagram.Box;
import dev.tapedeck.plot.Diagram.Kind;
import dev.tapedeck.plot.Diagram.Row;
import dev.tapedeck.plot.LayeredLayout.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The sizes of a diagram's boxes, and its layout; in pixels. */
final class BoxSizes {
  static final double PADDING = 10;
  static final double HEADER = 25;
  static final double ROW = 18;

  /** The space around a diagram inside a box. */
  static final double FRAME = 16;

  /** The font sizes. */
  static final double LARGE = 12;

  static final double SMALL = 11;

  private static final double BETWEEN = 14;
  private static final double OP_HEIGHT = 22;

  private final List<BoxSizes> inside = new ArrayList<>();
  private final LayeredLayout layout;

  /** The widths of the columns of a box's rows, with the space behind them. */
  record Columns(double label, double shape, double dtype) {
    static Columns of(Box box) {
      return new Columns(
          widest(box, Row::label, SMALL) + BETWEEN,
          widest(box, Row::shape, LARGE) + BETWEEN,
          widest(box, Row::dtype, SMALL));
    }

    private static double widest(Box box, Function<Row, String> part, double fontSize) {
      return box.rows().stream()
          .mapToDouble(row -> TextWidth.of(part.apply(row), fontSize, false))
          .max()
          .orElse(0);
    }

    double sum() {
      return label + shape + dtype;
    }
  }

  BoxSizes(Diagram diagram) {
    List<Size> sizes = new ArrayList<>();
    for (Box box : diagram.boxes()) {
      BoxSizes inner = box.inside() == null ? null : new BoxSizes(box.inside());
      inside.add(inner);
      sizes.add(size(box, inner));
    }
    layout = LayeredLayout.of(sizes, diagram.arrows());
  }

  LayeredLayout layout() {
    return layout;
  }

  /** Returns the sizes of the diagram inside a box; null for none. */
  BoxSizes inside(int box) {
    return inside.get(box);
  }

  private static Size size(Box box, BoxSizes inner) {
    if (box.kind() == Kind.OP) {
      return new Size(TextWidth.of(box.type(), SMALL, false) + 2 * (PADDING + 2), OP_HEIGHT);
    }
    double title =
        TextWidth.of(box.name(), LARGE, true) + BETWEEN + TextWidth.of(box.type(), SMALL, false);
    if (inner != null) {
      Size content = inner.layout.size();
      return new Size(
          Math.max(title + 2 * PADDING, content.width() + 2 * FRAME),
          HEADER + content.height() + 2 * FRAME);
    }
    double rows = box.rows().isEmpty() ? 0 : Columns.of(box).sum();
    return new Size(Math.max(title, rows) + 2 * PADDING, HEADER + box.rows().size() * ROW + 7);
  }
}
