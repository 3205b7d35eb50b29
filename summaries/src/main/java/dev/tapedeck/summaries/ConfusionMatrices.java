package dev.tapedeck.summaries;

import dev.tapedeck.plot.LineChart;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Summaries of confusion matrices: a picture of coloured cells, and a table of the counts. */
final class ConfusionMatrices {
  private static final int MOST_CLASSES = 1_000;
  private static final int WIDTH = 512;
  private static final int MOST_CELL = 40;
  private static final int[] RIGHT = {47, 143, 91};
  private static final int[] WRONG = {200, 60, 40};
  private static final int WHITE = 255;

  /** The digits in 3 x 5 pixels, each a bit, from the upper left one on. */
  private static final int[] DIGITS = {
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_001_001_001,
    0b111_101_111_101_111,
    0b111_101_111_001_111
  };

  private static final int DIGIT_WIDTH = 3;
  private static final int DIGIT_HEIGHT = 5;

  private final double[][] counts;
  private final int cell;
  private final byte[] pixels;

  private ConfusionMatrices(double[][] counts) {
    this.counts = counts;
    cell = Math.clamp(WIDTH / counts.length, 2, MOST_CELL);
    pixels = new byte[counts.length * cell * counts.length * cell * 3];
  }

  static List<PendingEvent> of(String tag, Object counts, List<String> classNames) {
    double[][] rows = rows(TensorCopy.of("SummaryWriter.confusionMatrix", counts));
    List<String> names =
        classNames.isEmpty()
            ? IntStream.range(0, rows.length).mapToObj(Integer::toString).toList()
            : classNames;
    if (names.size() != rows.length) {
      throw Refusal.of(
          "SummaryWriter.confusionMatrix",
          "needs a name for each class, or none",
          names.size() + " names for " + rows.length + " classes",
          "give names in the order of the classes");
    }
    try (Scope _ = new Scope()) {
      return List.of(
          PngImages.of(tag, new ConfusionMatrices(rows).picture(), 1),
          Texts.of(tag + "/counts", table(rows, names)));
    }
  }

  private static double[][] rows(TensorCopy matrix) {
    int classes = matrix.shape().rank() == 2 ? (int) matrix.shape().size(0) : 0;
    boolean square = classes > 0 && matrix.shape().size(1) == classes && classes <= MOST_CLASSES;
    double[][] rows = new double[square ? classes : 0][classes];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < classes; k++) {
        rows[i][k] = matrix.get((long) i * classes + k);
      }
    }
    double[] wrong =
        Arrays.stream(rows)
            .flatMapToDouble(Arrays::stream)
            .filter(count -> !(count >= 0 && Double.isFinite(count)))
            .toArray();
    if (!square || wrong.length > 0) {
      throw Refusal.of(
          "SummaryWriter.confusionMatrix",
          "needs (n, n) counts of 0 or more, n from 1 to " + MOST_CLASSES,
          square ? wrong[0] : matrix,
          "give Metrics.confusionMatrix(labels, predictions, n)");
    }
    return rows;
  }

  /** Returns how dark a cell is that has a part of its row's counts, from 0 to 1. */
  static double shade(double part) {
    return part == 0 ? 0 : 0.12 + 0.6 * Math.sqrt(part);
  }

  private static double sum(double[] row) {
    return Arrays.stream(row).sum();
  }

  private static List<List<String>> table(double[][] counts, List<String> names) {
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("label"));
    head.addAll(names);
    head.add("recall");
    table.add(head);
    for (int label = 0; label < counts.length; label++) {
      List<String> row = new ArrayList<>(List.of(names.get(label)));
      Arrays.stream(counts[label]).mapToObj(ConfusionMatrices::text).forEach(row::add);
      double all = sum(counts[label]);
      row.add(all == 0 ? "" : String.format(Locale.ROOT, "%.3f", counts[label][label] / all));
      table.add(row);
    }
    return table;
  }

  private static String text(double count) {
    return count == Math.rint(count) && count < 1e15
        ? Long.toString((long) count)
        : LineChart.number(count);
  }

  private Tensor picture() {
    for (int label = 0; label < counts.length; label++) {
      double all = sum(counts[label]);
      for (int prediction = 0; prediction < counts.length; prediction++) {
        double count = counts[label][prediction];
        double shade = shade(all == 0 ? 0 : count / all);
        cell(label, prediction, label == prediction ? RIGHT : WRONG, shade);
        if (count > 0) {
          number(label, prediction, text(count));
        }
      }
    }
    long size = (long) counts.length * cell;
    return Tensor.ofUint8(pixels, size, size, 3);
  }

  /** Fills a cell, but for a white line at its right and its lower edge. */
  private void cell(int row, int column, int[] color, double shade) {
    for (int y = 0; y < cell; y++) {
      for (int x = 0; x < cell; x++) {
        boolean edge = cell > 4 && (y == cell - 1 || x == cell - 1);
        for (int c = 0; c < 3; c++) {
          double value = edge ? WHITE : WHITE + (color[c] - WHITE) * shade;
          pixels[at(row * cell + y, column * cell + x) + c] = (byte) Math.round(value);
        }
      }
    }
  }

  private int at(int y, int x) {
    return (y * counts.length * cell + x) * 3;
  }

  /** Writes a whole number in the middle of a cell, if there is room. */
  private void number(int row, int column, String text) {
    int width = text.length() * (DIGIT_WIDTH + 1) - 1;
    int scale = Math.min((cell - 3) / width, (cell - 3) / DIGIT_HEIGHT);
    if (scale == 0 || !text.chars().allMatch(Character::isDigit)) {
      return;
    }
    scale = Math.min(scale, 2);
    int top = row * cell + (cell - DIGIT_HEIGHT * scale) / 2;
    int left = column * cell + (cell - width * scale) / 2;
    for (int i = 0; i < text.length(); i++) {
      digit(text.charAt(i) - '0', top, left + i * (DIGIT_WIDTH + 1) * scale, scale);
    }
  }

  private void digit(int digit, int top, int left, int scale) {
    for (int y = 0; y < DIGIT_HEIGHT * scale; y++) {
      for (int x = 0; x < DIGIT_WIDTH * scale; x++) {
        int bit = DIGIT_WIDTH * DIGIT_HEIGHT - 1 - (y / scale * DIGIT_WIDTH + x / scale);
        if (((DIGITS[digit] >> bit) & 1) == 1) {
          int at = at(top + y, left + x);
          Arrays.fill(pixels, at, at + 3, (byte) 0);
        }
      }
    }
  }
}
