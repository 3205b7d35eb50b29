package dev.tapedeck.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Markdown table, with right-aligned columns of numbers. */
final class Table {
  private final List<Object[]> rows = new ArrayList<>();

  Table(String... columns) {
    rows.add(columns);
  }

  /** Adds a row of texts and doubles; NaN is an empty cell. */
  Table row(Object... cells) {
    rows.add(cells);
    return this;
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>(rows.stream().map(Table::line).toList());
    lines.add(
        1,
        IntStream.range(0, rows.getFirst().length)
            .mapToObj(column -> isNumeric(column) ? "--:|" : "---|")
            .collect(Collectors.joining("", "|", "\n")));
    return String.join("", lines);
  }

  private boolean isNumeric(int column) {
    return rows.stream().skip(1).allMatch(row -> row[column] instanceof Double);
  }

  private static String line(Object[] cells) {
    return Arrays.stream(cells).map(Table::text).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String text(Object cell) {
    return cell instanceof Double number ? number(number) : cell.toString();
  }

  /** Returns a number with at least three significant digits. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    long digits = (long) Math.floor(Math.log10(Math.max(value, 0.1))) + 1;
    return String.format(Locale.ROOT, "%." + Math.clamp(3 - digits, 0, 3) + "f", value);
  }
}
