package dev.tapedeck.summaries;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A chart of lines over epochs, as SVG. */
final class LineChart {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 240;
  private static final int LEFT = 56;
  private static final int TOP = 12;
  private static final int RIGHT = 12;
  private static final int BOTTOM = 28;
  private static final List<String> COLORS = List.of("#3572b0", "#d9822b", "#2f8f5b", "#a04a9e");

  private final int first;
  private final int last;
  private final double low;
  private final double high;

  private LineChart(int first, int last, double low, double high) {
    this.first = first;
    this.last = last;
    this.low = low;
    this.high = high;
  }

  /** Returns a chart of lines by name, each a value by epoch; empty if no value is finite. */
  static String svg(Map<String, Map<Integer, Double>> lines) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int first = Integer.MAX_VALUE;
    int last = 0;
    for (Map<Integer, Double> line : lines.values()) {
      for (Map.Entry<Integer, Double> point : line.entrySet()) {
        if (Double.isFinite(point.getValue())) {
          low = Math.min(low, point.getValue());
          high = Math.max(high, point.getValue());
          first = Math.min(first, point.getKey());
          last = Math.max(last, point.getKey());
        }
      }
    }
    if (last == 0) {
      return "";
    }
    double margin = high > low ? (high - low) * 0.05 : Math.max(Math.abs(high) * 0.1, 1e-6);
    return new LineChart(first, last, low - margin, high + margin).draw(lines);
  }

  private String draw(Map<String, Map<Integer, Double>> lines) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" class=\"chart\">%n",
            WIDTH,
            HEIGHT,
            WIDTH));
    axes(svg);
    int index = 0;
    for (Map.Entry<String, Map<Integer, Double>> line : lines.entrySet()) {
      String color = COLORS.get(index % COLORS.size());
      line(svg, line.getValue(), color);
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
              LEFT + 10 + 110 * index,
              TOP + 2,
              color,
              ReportPage.escape(line.getKey())));
      index++;
    }
    return svg.append("</svg>\n").toString();
  }

  private void axes(StringBuilder svg) {
    for (double value : ticks(low, high)) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT,
              WIDTH - RIGHT,
              y(value),
              y(value),
              LEFT - 6,
              y(value) + 4,
              number(value)));
    }
    for (double epoch : ticks(first, last)) {
      if (epoch == Math.rint(epoch)) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>%n",
                x(epoch),
                HEIGHT - 8,
                epoch));
      }
    }
  }

  private void line(StringBuilder svg, Map<Integer, Double> points, String color) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (Map.Entry<Integer, Double> point : points.entrySet()) {
      boolean finite = Double.isFinite(point.getValue());
      if (finite) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                drawing ? "L" : "M",
                x(point.getKey()),
                y(point.getValue())));
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"><title>epoch %d: %s</title>"
                    + "</circle>%n",
                x(point.getKey()),
                y(point.getValue()),
                color,
                point.getKey(),
                number(point.getValue())));
      }
      drawing = finite;
    }
    svg.append(
        "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + color + "\" stroke-width=\"1.8\"/>\n");
  }

  private double x(double epoch) {
    double part = last == first ? 0.5 : (epoch - first) / (last - first);
    return LEFT + 8 + part * (WIDTH - LEFT - RIGHT - 16);
  }

  private double y(double value) {
    return TOP + 8 + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM - 8);
  }

  /** Returns some five round numbers in a range. */
  private static List<Double> ticks(double from, double to) {
    double rough = Math.max(to - from, 1e-12) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double part = rough / power;
    double step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (double tick = Math.ceil(from / step) * step; tick <= to + step * 1e-9; tick += step) {
      ticks.add(Math.abs(tick) < step * 1e-9 ? 0 : tick);
    }
    return ticks;
  }

  /** Returns a number of four digits. */
  static String number(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toString()
        : Double.toString(value);
  }
}
