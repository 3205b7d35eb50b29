package dev.tapedeck.train;

import java.util.ArrayList;
import java.util.List;

/** A table drawn with lines, whose columns are as wide as what they hold. */
final class TextTable {
  /** The side of a column on which its cells are. */
  enum Align {
    LEFT,
    CENTER,
    RIGHT
  }

  /**
   * A column.
   *
   * @param widest the width in characters from which cells are continued on the next line; words
   *     are not broken
   */
  record Column(String header, Align align, int widest) {}

  private final List<Column> columns;

  /** The lines of each cell of each row; the header goes first. */
  private final List<List<List<String>>> rows = new ArrayList<>();

  TextTable(List<Column> columns) {
    this.columns = columns;
    add(columns.stream().map(Column::header).toList());
  }

  /** Adds a row at the end. */
  void add(List<String> cells) {
    List<List<String>> row = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      row.add(wrap(cells.get(i), columns.get(i).widest));
    }
    rows.add(row);
  }

  private static List<String> wrap(String text, int widest) {
    List<String> lines = new ArrayList<>();
    String line = null;
    for (String word : text.split(" ", -1)) {
      if (line == null) {
        line = word;
      } else if (line.isBlank() || line.length() + 1 + word.length() <= widest) {
        line += " " + word;
      } else {
        lines.add(line);
        line = word;
      }
    }
    lines.add(line);
    return lines;
  }

  /** Returns the lines of the table, each with its end. */
  String draw() {
    int[] widths = new int[columns.size()];
    for (List<List<String>> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        for (String line : row.get(i)) {
          widths[i] = Math.max(widths[i], line.length());
        }
      }
    }
    StringBuilder text = new StringBuilder();
    rule(text, widths, "┏━┳┓");
    row(text, widths, rows.getFirst(), "┃");
    rule(text, widths, "┡━╇┩");
    for (int i = 1; i < rows.size(); i++) {
      if (i > 1) {
        rule(text, widths, "├─┼┤");
      }
      row(text, widths, rows.get(i), "│");
    }
    rule(text, widths, "└─┴┘");
    return text.toString();
  }

  private void row(StringBuilder text, int[] widths, List<List<String>> cells, String bar) {
    int height = cells.stream().mapToInt(List::size).max().orElse(0);
    for (int line = 0; line < height; line++) {
      text.append(bar);
      for (int i = 0; i < widths.length; i++) {
        String part = line < cells.get(i).size() ? cells.get(i).get(line) : "";
        int space = widths[i] - part.length();
        int before =
            switch (columns.get(i).align) {
              case LEFT -> 0;
              case CENTER -> space / 2;
              case RIGHT -> space;
            };
        text.append(' ').repeat(' ', before).append(part).repeat(' ', space - before);
        text.append(' ').append(bar);
      }
      text.append('\n');
    }
  }

  /**
   * Draws a line between rows.
   *
   * @param parts left end, line, crossing and right end
   */
  private static void rule(StringBuilder text, int[] widths, String parts) {
    for (int i = 0; i < widths.length; i++) {
      text.append(parts.charAt(i == 0 ? 0 : 2)).repeat(parts.charAt(1), widths[i] + 2);
    }
    text.append(parts.charAt(3)).append('\n');
  }
}
