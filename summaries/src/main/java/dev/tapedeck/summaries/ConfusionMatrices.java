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
import java.util.stream.Stream;

/** Summaries of confusion matrices: a picture of coloured cells, and a table of the counts. */
final class ConfusionMatrices {
  private static final String LABEL = "label";
  private static final String PREDICTED = "predicted";
  private static final int MOST_CLASSES = 1_000;
  private static final int WIDTH = 512;
  private static final int MOST_CELL = 40;
  private static final int MOST_WIDENED = 40;
  private static final int MOST_NAME = 12;
  private static final int GAP = 4;
  private static final int[] RIGHT = {47, 143, 91};
  private static final int[] WRONG = {200, 60, 40};
  private static final int WHITE = 255;

  private final double[][] counts;
  private final List<String> names;
  private final int cell;
  private final int numberScale;
  private final int nameScale;
  private final int left;
  private final int top;

  private ConfusionMatrices(double[][] counts, List<String> names) {
    this.counts = counts;
    this.names = IntStream.range(0, names.size()).mapToObj(i -> shortName(names, i)).toList();
    int number =
        widest(
            Arrays.stream(counts)
                .flatMapToDouble(Arrays::stream)
                .mapToObj(ConfusionMatrices::text));
    int room = Math.clamp(WIDTH / counts.length, 2, MOST_CELL);
    cell = counts.length <= MOST_WIDENED ? Math.max(room, number + GAP) : room;
    numberScale = Math.min(2, (cell - GAP + 1) / Math.max(number, PixelPicture.LINE));
    nameScale = Math.min(2, cell / (PixelPicture.LINE + 2));
    int margin = nameScale * widest(Stream.concat(Stream.of(LABEL), this.names.stream())) + GAP;
    left = nameScale == 0 ? 0 : margin;
    top = nameScale == 0 ? 0 : margin + nameScale * PixelPicture.LINE + GAP;
  }

  /** Returns a name that can be written, or the number of the class. */
  private static String shortName(List<String> names, int c) {
    String name = names.get(c);
    return PixelPicture.canWrite(name)
        ? name.substring(0, Math.min(name.length(), MOST_NAME))
        : Integer.toString(c);
  }

  private static int widest(Stream<String> texts) {
    return texts.mapToInt(PixelPicture::width).max().orElse(0);
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
          PngImages.of(tag, new ConfusionMatrices(rows, names).picture(), 1),
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

  /** Returns the cells, with the labels at their left, and the predictions, upright, above. */
  private Tensor picture() {
    int size = counts.length * cell;
    int width = Math.max(size, nameScale * PixelPicture.width(PREDICTED));
    PixelPicture picture = new PixelPicture(left + width, top + size);
    if (nameScale > 0) {
      int line = nameScale * PixelPicture.LINE;
      int middle = (cell - line) / 2;
      picture.write(PREDICTED, left, 0, nameScale);
      picture.write(LABEL, 0, top - GAP - line, nameScale);
      for (int i = 0; i < counts.length; i++) {
        picture.write(names.get(i), 0, top + i * cell + middle, nameScale);
        picture.writeUpwards(names.get(i), left + i * cell + middle, top - GAP, nameScale);
      }
    }
    for (int label = 0; label < counts.length; label++) {
      double all = sum(counts[label]);
      for (int prediction = 0; prediction < counts.length; prediction++) {
        cell(picture, label, prediction, all);
      }
    }
    return picture.tensor();
  }

  private void cell(PixelPicture picture, int label, int prediction, double all) {
    double count = counts[label][prediction];
    double shade = shade(all == 0 ? 0 : count / all);
    int[] color =
        Arrays.stream(label == prediction ? RIGHT : WRONG)
            .map(part -> (int) Math.round(WHITE + (part - WHITE) * shade))
            .toArray();
    int x = left + prediction * cell;
    int y = top + label * cell;
    picture.fill(x, y, cell > 4 ? cell - 1 : cell, color); // a white line between cells
    if (count > 0 && numberScale > 0) {
      String number = text(count);
      picture.write(
          number,
          x + (cell - numberScale * PixelPicture.width(number)) / 2,
          y + (cell - numberScale * PixelPicture.LINE) / 2,
          numberScale);
    }
  }
}
