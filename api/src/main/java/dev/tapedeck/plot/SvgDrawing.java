package dev.tapedeck.plot;

import dev.tapedeck.plot.Diagram.Box;
import dev.tapedeck.plot.Diagram.Kind;
import dev.tapedeck.plot.Diagram.Row;
import dev.tapedeck.plot.LayeredLayout.Place;
import dev.tapedeck.plot.LayeredLayout.Point;
import dev.tapedeck.plot.LayeredLayout.Size;
import java.util.List;
import java.util.Locale;

/** A plot as an SVG image. */
final class SvgDrawing {
  private static final double MARGIN = 16;
  private static final double ARROW = 7;
  private static final String INK = "#5a6270";
  private static final String DARK = "#1f2630";
  private static final String PALE = "#7b828d";

  /** The part of a text that is at its coordinate. */
  private enum Align {
    START(""),
    MIDDLE(" text-anchor=\"middle\""),
    END(" text-anchor=\"end\"");

    private final String attribute;

    Align(String attribute) {
      this.attribute = attribute;
    }
  }

  private final StringBuilder text = new StringBuilder();

  private SvgDrawing() {}

  static String of(Diagram diagram) {
    BoxSizes sizes = new BoxSizes(diagram);
    Size size = sizes.layout().size();
    double width = size.width() + 2 * MARGIN;
    double height = size.height() + 2 * MARGIN;
    SvgDrawing svg = new SvgDrawing();
    svg.line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\""
            + " viewBox=\"0 0 %.0f %.0f\" font-family=\"Verdana, DejaVu Sans, sans-serif\">",
        width, height, width, height);
    svg.line("<title>%s</title>", Markup.escape(diagram.name()));
    svg.line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    svg.draw(diagram, sizes, MARGIN, MARGIN);
    svg.line("</svg>");
    return svg.text.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation needs a dependency of its own
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void draw(Diagram diagram, BoxSizes sizes, double left, double top) {
    sizes.layout().paths().forEach(path -> arrow(path, left, top));
    for (int i = 0; i < diagram.boxes().size(); i++) {
      Box box = diagram.boxes().get(i);
      Place at = sizes.layout().boxes().get(i);
      Place place = new Place(left + at.x(), top + at.y(), at.width(), at.height());
      if (box.kind() == Kind.OP) {
        op(box, place);
      } else {
        header(box, place);
        if (box.inside() == null) {
          rows(box, place);
        } else {
          Size inner = sizes.inside(i).layout().size();
          draw(
              box.inside(),
              sizes.inside(i),
              place.x() + (place.width() - inner.width()) / 2,
              place.y() + BoxSizes.HEADER + BoxSizes.FRAME);
        }
      }
    }
  }

  private void arrow(List<Point> path, double left, double top) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < path.size(); i++) {
      Point to = path.get(i);
      double y = i == path.size() - 1 ? to.y() - ARROW + 1 : to.y();
      Point from = i == 0 ? to : path.get(i - 1);
      if (i == 0) {
        d.append(numbers("M%.1f %.1f", left + to.x(), top + y));
      } else if (i % 2 == 1 || from.x() == to.x()) {
        d.append(numbers(" V%.1f", top + y));
      } else {
        double middle = top + (from.y() + y) / 2;
        d.append(numbers(" C%.1f %.1f %.1f %.1f", left + from.x(), middle, left + to.x(), middle));
        d.append(numbers(" %.1f %.1f", left + to.x(), top + y));
      }
    }
    line("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\"/>", d, INK);
    Point end = path.getLast();
    line(
        "<path d=\"M%.1f %.1f l-3.6 -%.1f h7.2 z\" fill=\"%s\"/>",
        left + end.x(), top + end.y(), ARROW, INK);
  }

  @SuppressWarnings("AnnotateFormatMethod") // as above
  private static String numbers(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private void op(Box box, Place at) {
    Palette palette = Palette.of(box.kind());
    rectangle(at, at.height() / 2, palette.light(), palette.line());
    double x = at.x() + at.width() / 2;
    text(box.type(), x, at.y() + 15, BoxSizes.SMALL, false, palette.dark(), Align.MIDDLE);
  }

  private void header(Box box, Place at) {
    Palette palette = Palette.of(box.kind());
    rectangle(at, 6, palette.light(), palette.line());
    double y = at.y() + 17;
    text(box.name(), at.x() + BoxSizes.PADDING, y, BoxSizes.LARGE, true, DARK, Align.START);
    double x = at.x() + at.width() - BoxSizes.PADDING;
    text(box.type(), x, y, BoxSizes.SMALL, false, palette.dark(), Align.END);
    Place body =
        new Place(
            at.x() + 1,
            at.y() + BoxSizes.HEADER,
            at.width() - 2,
            at.height() - BoxSizes.HEADER - 1);
    rectangle(body, 5, box.inside() == null ? "#ffffff" : "#fbfafd", "none");
  }

  private void rows(Box box, Place at) {
    double label = BoxSizes.Columns.of(box).label();
    double y = at.y() + BoxSizes.HEADER + 16;
    for (Row row : box.rows()) {
      double x = at.x() + BoxSizes.PADDING;
      text(row.label(), x, y, BoxSizes.SMALL, false, PALE, Align.START);
      text(row.shape(), x + label, y, BoxSizes.LARGE, false, DARK, Align.START);
      x = at.x() + at.width() - BoxSizes.PADDING;
      text(row.dtype(), x, y, BoxSizes.SMALL, false, PALE, Align.END);
      y += BoxSizes.ROW;
    }
  }

  private void rectangle(Place at, double radius, String fill, String stroke) {
    line(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" fill=\"%s\""
            + " stroke=\"%s\"/>",
        at.x(), at.y(), at.width(), at.height(), radius, fill, stroke);
  }

  private void text(
      String content, double x, double y, double size, boolean bold, String colour, Align align) {
    if (!content.isEmpty()) {
      line(
          "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\"%s%s fill=\"%s\">%s</text>",
          x,
          y,
          size,
          bold ? " font-weight=\"bold\"" : "",
          align.attribute,
          colour,
          Markup.escape(content));
    }
  }
}
