package dev.tapedeck.ops;

import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageTransforms;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Resizing, blurring, transforms and colours of images. */
final class ImageTable {
  private ImageTable() {}

  private static final double FILL = 0.5;
  private static final double[] TRANSFORM = {1.1, 0.3, -1.2, -0.21, 0.9, 0.6, 0.01, 0.02};
  private static final double[][] START = {{0, 0}, {4, 0}, {0, 3}, {4, 3}};
  private static final double[][] END = {{0, 0}, {3.5, 0}, {0, 3.5}, {4.5, 2.5}};
  private static final double[][][] Y = {{{-1.3, 0.2, 2.9}, {3.4, 5.6, 1.5}}};
  private static final double[][][] X = {{{0.3, -0.6, 4.2}, {2, 7.7, 1.5}}};

  static final List<OpCheck> ROWS = rows();

  private static List<OpCheck> rows() {
    Operand colours = real(1, 2, 3, 3).within(0, 1);
    Operand image = real(1, 4, 5, 1);
    List<OpCheck> rows = new ArrayList<>();
    rows.add(
        op("rgbToGrayscale", x -> ImageColors.rgbToGrayscale(x))
            .on(real(2, 3))
            .on(real(0, 3))
            .on(real(2, 2, 1))
            .matches(x -> grey(x[0]))
            .within(16));
    rows.add(
        op("rgbToHsv", x -> ImageColors.rgbToHsv(x))
            .on(colours)
            .on(real(0, 3))
            .matches(x -> Grid.of(x[0].shape(), i -> hsv(colour(x[0], i))[last(i)]))
            .within(64));
    rows.add(
        op("hsvToRgb", x -> ImageColors.hsvToRgb(x))
            .on(colours)
            .on(real(0, 3))
            .matches(x -> Grid.of(x[0].shape(), i -> rgb(colour(x[0], i), last(i))))
            .within(64));
    rows.add(
        op("gaussianBlur", x -> Images.gaussianBlur(x, 3, 5, 0.8, 1.5))
            .on(real(1, 4, 5, 2))
            .on(real(0, 4, 5, 1))
            .matches(x -> Grid.of(x[0].shape(), i -> blurred(x[0], i)))
            .within(64));
    for (FillMode mode : FillMode.values()) {
      for (Interpolation interpolation : List.of(Interpolation.NEAREST, Interpolation.BILINEAR)) {
        String name = name(mode) + " " + name(interpolation);
        rows.add(
            op(
                    "affineTransform " + name,
                    x -> ImageTransforms.affineTransform(x, TRANSFORM, interpolation, mode, FILL))
                .on(real(2, 4, 5, 2))
                .on(real(1, 1, 1, 1))
                .on(real(0, 4, 5, 1))
                .matches(
                    x -> Grid.of(x[0].shape(), i -> moved(x[0], i, TRANSFORM, interpolation, mode)))
                .within(64));
      }
      rows.add(
          op(
                  "mapCoordinates " + name(mode),
                  x -> ImageTransforms.mapCoordinates(x, Y, X, Interpolation.BILINEAR, mode, FILL))
              .on(image)
              .on(real(2, 4, 5, 2))
              .matches(
                  x ->
                      Grid.of(
                          new int[] {x[0].size(0), 2, 3, x[0].size(3)}, i -> mapped(x[0], i, mode)))
              .within(64));
    }
    rows.add(
        op(
                "perspectiveTransform",
                x ->
                    ImageTransforms.perspectiveTransform(
                        x, START, END, Interpolation.BILINEAR, FILL))
            .on(image)
            .on(real(2, 4, 5, 2))
            .matches(
                x ->
                    Grid.of(
                        x[0].shape(),
                        i ->
                            moved(
                                x[0], i, homography(), Interpolation.BILINEAR, FillMode.CONSTANT)))
            .within(256));
    return rows;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static int last(int[] index) {
    return index[index.length - 1];
  }

  private static double[] colour(Grid x, int[] index) {
    double[] colour = new double[3];
    int[] at = index.clone();
    for (int i = 0; i < 3; i++) {
      at[at.length - 1] = i;
      colour[i] = x.at(at);
    }
    return colour;
  }

  private static Grid grey(Grid x) {
    int[] shape = x.shape().clone();
    if (last(shape) == 1) {
      return x;
    }
    shape[shape.length - 1] = 1;
    return Grid.of(
        shape,
        i -> {
          double[] colour = colour(x, i);
          return 0.2989 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
        });
  }

  private static double[] hsv(double[] rgb) {
    double value = Arrays.stream(rgb).max().orElseThrow();
    double range = value - Arrays.stream(rgb).min().orElseThrow();
    double hue = 0;
    if (range > 0) {
      int largest = rgb[0] == value ? 0 : rgb[1] == value ? 1 : 2;
      hue = (rgb[(largest + 1) % 3] - rgb[(largest + 2) % 3]) / range / 6 + largest / 3.0;
    }
    return new double[] {hue < 0 ? hue + 1 : hue, value > 0 ? range / value : 0, value};
  }

  private static double rgb(double[] hsv, int channel) {
    double turn = (6 * hsv[0] + new double[] {0, 4, 2}[channel]) % 6;
    double bright = Math.clamp(Math.abs(turn - 3) - 1, 0, 1);
    return hsv[2] * (1 - hsv[1] * (1 - bright));
  }

  private static double blurred(Grid x, int[] i) {
    double total = 0;
    double weights = 0;
    for (int down = -1; down <= 1; down++) {
      for (int across = -2; across <= 2; across++) {
        double weight =
            Math.exp(-0.5 * (down * down / (0.8 * 0.8) + across * across / (1.5 * 1.5)));
        int[] at = {i[0], i[1] + down, i[2] + across, i[3]};
        total += x.contains(at) ? weight * x.at(at) : 0;
        weights += weight;
      }
    }
    return total / weights;
  }

  private static double moved(
      Grid x, int[] i, double[] t, Interpolation interpolation, FillMode mode) {
    double divisor = t[6] * i[2] + t[7] * i[1] + 1;
    double column = inside((t[0] * i[2] + t[1] * i[1] + t[2]) / divisor, x.size(2), mode);
    double row = inside((t[3] * i[2] + t[4] * i[1] + t[5]) / divisor, x.size(1), mode);
    if (interpolation == Interpolation.NEAREST) {
      return pixel(x, i, Math.round(row), Math.round(column), FillMode.CONSTANT);
    }
    return between(x, i, row, column, FillMode.CONSTANT);
  }

  private static double inside(double at, int size, FillMode mode) {
    if (mode == FillMode.CONSTANT || (at >= 0 && at <= size - 1)) {
      return at;
    }
    double moved = at;
    switch (mode) {
      case REFLECT -> {
        while (moved < -0.5 || moved > size - 0.5) {
          moved = moved < 0 ? -moved - 1 : 2 * size - 1 - moved;
        }
      }
      case WRAP -> {
        if (size > 1) {
          double times = Math.floor((at < 0 ? -at : at) / (size - 1));
          moved = at < 0 ? at + size * (times + 1) : at - size * times;
        }
      }
      default -> {}
    }
    return Math.clamp(moved, 0, size - 1);
  }

  private static double mapped(Grid x, int[] i, FillMode mode) {
    return between(x, i, Y[0][i[1]][i[2]], X[0][i[1]][i[2]], mode);
  }

  private static double between(Grid x, int[] i, double row, double column, FillMode mode) {
    double total = 0;
    for (int down = 0; down < 2; down++) {
      for (int across = 0; across < 2; across++) {
        double y = Math.floor(row) + down;
        double z = Math.floor(column) + across;
        double weight = (1 - Math.abs(row - y)) * (1 - Math.abs(column - z));
        total += weight == 0 ? 0 : weight * pixel(x, i, (long) y, (long) z, mode);
      }
    }
    return total;
  }

  private static double pixel(Grid x, int[] i, long row, long column, FillMode mode) {
    int[] at = {i[0], index(row, x.size(1), mode), index(column, x.size(2), mode), i[3]};
    return x.contains(at) ? x.at(at) : FILL;
  }

  private static int index(long index, int size, FillMode mode) {
    return switch (mode) {
      case CONSTANT -> (int) index;
      case NEAREST -> Math.clamp(index, 0, size - 1);
      case WRAP -> (int) Math.floorMod(index, (long) size);
      case REFLECT -> {
        long twice = Math.floorMod(index, 2L * size);
        yield (int) (twice < size ? twice : 2 * size - 1 - twice);
      }
    };
  }

  /** Returns the numbers that bring the end points to the start points, by elimination. */
  private static double[] homography() {
    double[][] a = new double[8][];
    for (int i = 0; i < 4; i++) {
      double x = END[i][0];
      double y = END[i][1];
      double u = START[i][0];
      double v = START[i][1];
      a[2 * i] = new double[] {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
      a[2 * i + 1] = new double[] {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    }
    for (int column = 0; column < 8; column++) {
      int best = column;
      for (int row = column; row < 8; row++) {
        best = Math.abs(a[row][column]) > Math.abs(a[best][column]) ? row : best;
      }
      double[] pivot = a[best];
      a[best] = a[column];
      a[column] = pivot;
      for (int row = 0; row < 8; row++) {
        double factor = a[row][column] / pivot[column];
        for (int i = 0; row != column && i < 9; i++) {
          a[row][i] -= factor * pivot[i];
        }
      }
    }
    double[] solution = new double[8];
    for (int i = 0; i < 8; i++) {
      solution[i] = a[i][8] / a[i][i];
    }
    return solution;
  }
}
