package dev.tapedeck.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A chart of lines, as an SVG image that needs nothing else.
 *
 * @param across name of the horizontal axis
 * @param logarithmic whether that axis has a logarithmic scale
 * @param lines the lines by name, each a height by place; heights that are not finite, and on a
 *     logarithmic scale places that are not positive, are gaps
 */
public record LineChart(
    String across,
    boolean logarithmic,
    Map<String, ? extends Map<? extends Number, Double>> lines) {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 260;
  private static final int LEFT = 64;
  private static final int TOP = 24;
  private static final int RIGHT = 12;
  private static final int BOTTOM = 44;
  private static final int LEGEND = 110;
  private static final int TICKS = 5;
  private static final List<String> COLORS = List.of("#3572b0", "#d9822b", "#2f8f5b", "#a04a9e");

  /** A range of numbers that is not empty. */
  private record Range(double low, double high) {
    static Range of(DoubleStream numbers) {
      var found = numbers.summaryStatistics();
      return new Range(found.getMin(), found.getMax());
    }

    boolean isEmpty() {
      return low > high;
    }

    /** Returns a range with some room around its numbers, more than their last digits. */
    Range wider() {
      double most = Math.max(Math.abs(low), Math.abs(high));
      double room =
          high > low
              ? Math.max((high - low) * 0.05, most * 1e-9)
              : Math.max(Math.abs(high) * 0.1, 1e-6);
      return new Range(low - room, high + room);
    }

    double part(double number) {
      return high == low ? 0.5 : (number - low) / (high - low);
    }

    /** Returns some five round numbers in the range, whole ones if so asked. */
    double[] ticks(boolean whole) {
      double rough = Math.max(high - low, 1e-300) / TICKS;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double part = rough / power;
      double step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
      double each = whole ? Math.max(1, Math.rint(step)) : step;
      return LongStream.rangeClosed(
              (long) Math.ceil(low / each - 1e-9), (long) Math.floor(high / each + 1e-9))
          .mapToDouble(i -> i * each)
          .toArray();
    }
  }

  /** Returns the image; an empty text if nothing is to be drawn. */
  public String svg() {
    Range x =
        Range.of(
            lines.values().stream()
                .flatMap(line -> line.entrySet().stream())
                .filter(point -> Double.isFinite(point.getValue()))
                .mapToDouble(point -> place(point.getKey()))
                .filter(Double::isFinite));
    Range y =
        Range.of(
            lines.values().stream()
                .flatMap(line -> line.entrySet().stream())
                .filter(point -> Double.isFinite(place(point.getKey())))
                .mapToDouble(Map.Entry::getValue)
                .filter(Double::isFinite));
    return x.isEmpty() ? "" : draw(x, y.wider());
  }

  private double place(Number across) {
    return logarithmic ? Math.log10(across.doubleValue()) : across.doubleValue();
  }

  private String draw(Range x, Range y) {
    Formatter svg = new Formatter(Locale.ROOT);
    svg.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"11\""
            + " fill=\"currentColor\">%n",
        WIDTH, HEIGHT, WIDTH);
    axes(svg, x, y);
    int index = 0;
    for (var line : lines.entrySet()) {
      String color = COLORS.get(index % COLORS.size());
      line(svg, line.getValue(), color, x, y);
      svg.format(
          "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
          LEFT + 8 + LEGEND * index++, TOP - 10, color, Markup.escape(line.getKey()));
    }
    return svg.format("</svg>%n").toString();
  }

  private void axes(Formatter svg, Range x, Range y) {
    for (double tick : y.ticks(false)) {
      double at = y(y, tick);
      svg.format(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"currentColor\""
              + " stroke-opacity=\"0.25\"/>",
          LEFT, WIDTH - RIGHT, at, at);
      svg.format(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
          LEFT - 6, at + 4, number(tick));
    }
    for (double tick : x.ticks(true)) {
      text(svg, x(x, tick), HEIGHT - 24, number(logarithmic ? Math.pow(10, tick) : tick));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, Markup.escape(across));
  }

  private static void text(Formatter svg, double x, int y, String text) {
    svg.format("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n", x, y, text);
  }

  private void line(
      Formatter svg, Map<? extends Number, Double> points, String color, Range x, Range y) {
    Formatter path = new Formatter(Locale.ROOT);
    boolean drawing = false;
    for (var point : points.entrySet()) {
      double place = place(point.getKey());
      boolean drawn = Double.isFinite(point.getValue()) && Double.isFinite(place);
      if (drawn) {
        double height = y(y, point.getValue());
        path.format("%s%.1f %.1f", drawing ? "L" : "M", x(x, place), height);
        svg.format(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"><title>%s %s: %s</title></circle>%n",
            x(x, place),
            height,
            color,
            Markup.escape(across),
            number(point.getKey().doubleValue()),
            number(point.getValue()));
      }
      drawing = drawn;
    }
    svg.format("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>%n", path, color);
  }

  private static double x(Range range, double place) {
    return LEFT + 8 + range.part(place) * (WIDTH - LEFT - RIGHT - 16);
  }

  private static double y(Range range, double value) {
    return TOP + (1 - range.part(value)) * (HEIGHT - TOP - BOTTOM);
  }

  /** Returns a number of four digits. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6) || value == 0
        ? rounded.toPlainString()
        : rounded.toString();
  }
}
