package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The ops of neural networks by their definitions, one element at a time. */
final class NeuralReferences {
  private NeuralReferences() {}

  /**
   * Takes the index of an element of the images, of one of the kernel, and of one of the output.
   */
  private interface Term {
    void meet(int[] image, int[] element, int[] place);
  }

  private static List<int[]> indices(int... shape) {
    List<int[]> indices = new ArrayList<>();
    Grid.of(shape, i -> indices.add(i) ? 1 : 0);
    return indices;
  }

  private static int[] spatial(Grid grid, int from) {
    return Arrays.copyOfRange(grid.shape(), from, grid.shape().length + from - 2);
  }

  private static int[] index(int first, int[] middle, int... last) {
    return IntStream.concat(
            IntStream.concat(IntStream.of(first), Arrays.stream(middle)), Arrays.stream(last))
        .toArray();
  }

  private static int[] joined(int[] first, int... last) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(last)).toArray();
  }

  private static int span(Window.Axis axis, int size) {
    return axis.dilation() * (size - 1) + 1;
  }

  private static int places(Window.Axis axis, int size, int image) {
    return axis.same()
        ? (image + axis.stride() - 1) / axis.stride()
        : (image + axis.before() + axis.after() - span(axis, size)) / axis.stride() + 1;
  }

  private static int before(Window.Axis axis, int size, int image) {
    int missing = (places(axis, size, image) - 1) * axis.stride() + span(axis, size) - image;
    return axis.same() ? Math.max(missing, 0) / 2 : axis.before();
  }

  /** Returns where windows of some sizes are over images of some sizes. */
  private static int[] places(Window window, int[] sizes, int... images) {
    List<Window.Axis> axes = window.ofRank(sizes.length, "test").axes();
    return IntStream.range(0, sizes.length)
        .map(i -> places(axes.get(i), sizes[i], images[i]))
        .toArray();
  }

  /** Visits each element of each window, without those in padding. */
  private static void slide(Window window, int[] sizes, int[] images, Term term) {
    List<Window.Axis> axes = window.ofRank(sizes.length, "test").axes();
    for (int[] place : indices(places(window, sizes, images))) {
      for (int[] element : indices(sizes)) {
        int[] image = new int[sizes.length];
        boolean inside = true;
        for (int i = 0; i < image.length; i++) {
          Window.Axis axis = axes.get(i);
          image[i] = place[i] * axis.stride() + element[i] * axis.dilation();
          image[i] -= before(axis, sizes[i], images[i]);
          inside &= image[i] >= 0 && image[i] < images[i];
        }
        if (inside) {
          term.meet(image, element, place);
        }
      }
    }
  }

  private static void add(Grid to, double value, int... index) {
    int at = 0;
    for (int axis = 0; axis < index.length; axis++) {
      at = at * to.size(axis) + index[axis];
    }
    to.values()[at] += value;
  }

  static OpCheck.Reference conv(ConvOptions options) {
    return x -> {
      int[] sizes = spatial(x[1], 0);
      int[] images = spatial(x[0], 1);
      int each = x[1].size(sizes.length);
      int filters = x[1].size(sizes.length + 1);
      int[] places = places(options.window(), sizes, images);
      Grid y = Grid.of(index(x[0].size(0), places, filters), i -> 0);
      slide(
          options.window(),
          sizes,
          images,
          (image, element, place) -> {
            for (int[] i : indices(x[0].size(0), each, filters)) {
              int group = i[2] / (filters / options.groups());
              double pixel = x[0].at(index(i[0], image, group * each + i[1]));
              add(y, pixel * x[1].at(joined(element, i[1], i[2])), index(i[0], place, i[2]));
            }
          });
      return y;
    };
  }

  /** Scatters each element of the input over the output, of given spatial sizes. */
  static OpCheck.Reference transposed(ConvOptions options, int... images) {
    return x -> {
      int[] sizes = spatial(x[1], 0);
      int each = x[1].size(sizes.length);
      int inputs = x[1].size(sizes.length + 1);
      Grid y = Grid.of(index(x[0].size(0), images, each * options.groups()), i -> 0);
      slide(
          options.window(),
          sizes,
          images,
          (image, element, place) -> {
            for (int[] i : indices(x[0].size(0), each, inputs)) {
              int group = i[2] / (inputs / options.groups());
              double pixel = x[0].at(index(i[0], place, i[2]));
              int[] to = index(i[0], image, group * each + i[1]);
              add(y, pixel * x[1].at(joined(element, i[1], i[2])), to);
            }
          });
      return y;
    };
  }

  static OpCheck.Reference depthwise(ConvOptions options) {
    return x -> {
      int[] sizes = spatial(x[1], 0);
      int[] images = spatial(x[0], 1);
      int channels = x[0].size(sizes.length + 1);
      int multiplier = x[1].size(sizes.length + 1);
      int[] places = places(options.window(), sizes, images);
      Grid y = Grid.of(index(x[0].size(0), places, channels * multiplier), i -> 0);
      slide(
          options.window(),
          sizes,
          images,
          (image, element, place) -> {
            for (int[] i : indices(x[0].size(0), channels, multiplier)) {
              double pixel = x[0].at(index(i[0], image, i[1]));
              double weight = x[1].at(joined(element, i[1], i[2]));
              add(y, pixel * weight, index(i[0], place, i[1] * multiplier + i[2]));
            }
          });
      return y;
    };
  }

  static OpCheck.Reference separable(ConvOptions options) {
    return x -> conv(new ConvOptions()).of(depthwise(options).of(x[0], x[1]), x[2]);
  }

  static OpCheck.Reference pool(Window window, ToDoubleFunction<double[]> function) {
    return x -> {
      int[] images = spatial(x[0], 1);
      List<Window.Axis> axes = window.ofRank(images.length, "test").axes();
      int[] sizes = axes.stream().mapToInt(Window.Axis::size).toArray();
      int[] places = places(window, sizes, images);
      return Grid.of(
          index(x[0].size(0), places, x[0].size(images.length + 1)),
          i -> {
            List<Double> met = new ArrayList<>();
            int[] here = Arrays.copyOfRange(i, 1, images.length + 1);
            slide(
                window,
                sizes,
                images,
                (image, element, place) -> {
                  if (Arrays.equals(place, here)) {
                    met.add(x[0].at(index(i[0], image, i[i.length - 1])));
                  }
                });
            return function.applyAsDouble(met.stream().mapToDouble(v -> v).toArray());
          });
    };
  }

  /** Computes a reference of images with channels last for images with channels first. */
  static OpCheck.Reference channelsFirst(OpCheck.Reference reference) {
    return x -> {
      int rank = x[0].shape().length;
      int[] last = IntStream.range(0, rank).map(i -> i == 0 ? 0 : (i % (rank - 1)) + 1).toArray();
      int[] first =
          IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1).toArray();
      Grid[] moved = x.clone();
      moved[0] = References.transpose(last).of(x[0]);
      return References.transpose(first).of(reference.of(moved));
    };
  }

  /** Computes a reference of the last axis for another. */
  static OpCheck.Reference along(int axis, OpCheck.Reference reference) {
    return x -> {
      int last = x[0].shape().length - 1;
      int[] order = IntStream.rangeClosed(0, last).toArray();
      order[axis] = last;
      order[last] = axis;
      return References.transpose(order).of(reference.of(References.transpose(order).of(x)));
    };
  }

  /** By bisection for the threshold below which all is 0. */
  static double[] sparsemax(double... x) {
    double low = Arrays.stream(x).max().orElse(0) - 1;
    double high = low + 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double total = Arrays.stream(x).map(v -> Math.max(v - middle, 0)).sum();
      low = total > 1 ? middle : low;
      high = total > 1 ? high : middle;
    }
    double threshold = low;
    return Arrays.stream(x).map(v -> Math.max(v - threshold, 0)).toArray();
  }

  /** The first half of a line, times the sigmoid of the second. */
  static double[] gatedHalf(double... x) {
    int half = x.length / 2;
    return IntStream.range(0, half)
        .mapToDouble(i -> x[i] * References.sigmoid(x[half + i]))
        .toArray();
  }

  static double variance(double... x) {
    double mean = References.mean(x);
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN);
  }

  /**
   * Normalizes by the mean and variance over axes, and scales and shifts by what follows, which
   * broadcasts.
   */
  static OpCheck.Reference normal(double epsilon, int... axes) {
    return x -> {
      Grid mean =
          axes.length == 0 ? x[0] : References.reduce(References::mean, true, axes).of(x[0]);
      Grid variance =
          axes.length == 0
              ? Grid.of(x[0].shape(), i -> 0)
              : References.reduce(NeuralReferences::variance, true, axes).of(x[0]);
      return shifted(epsilon).of(x[0], mean, variance, x[1], x[2]);
    };
  }

  /** Scales and shifts the normal {@code x} of a mean and variance. */
  static OpCheck.Reference shifted(double epsilon) {
    return x -> Grid.pointwise(v -> (v[0] - v[1]) / Math.sqrt(v[2] + epsilon) * v[3] + v[4], x);
  }

  static Grid reshaped(Grid x, int... shape) {
    return new Grid(shape, x.values());
  }

  private static int[] image(int[] index, int row, int column) {
    return new int[] {index[0], row, column, index[3]};
  }

  static OpCheck.Reference nearest(int height, int width) {
    return x ->
        Grid.of(
            new int[] {x[0].size(0), height, width, x[0].size(3)},
            i ->
                x[0].at(
                    image(
                        i,
                        (2 * i[1] + 1) * x[0].size(1) / (2 * height),
                        (2 * i[2] + 1) * x[0].size(2) / (2 * width))));
  }

  /** Weights every pixel by how near it is, down and across. */
  static OpCheck.Reference bilinear(int height, int width) {
    return x ->
        Grid.of(
            new int[] {x[0].size(0), height, width, x[0].size(3)},
            i -> {
              double total = 0;
              for (int[] from : indices(x[0].size(1), x[0].size(2))) {
                total +=
                    near(from[0], i[1], height, x[0].size(1))
                        * near(from[1], i[2], width, x[0].size(2))
                        * x[0].at(image(i, from[0], from[1]));
              }
              return total;
            });
  }

  private static double near(int pixel, int place, int size, int images) {
    double centre = Math.clamp((place + 0.5) * images / size - 0.5, 0, images - 1);
    return Math.max(0, 1 - Math.abs(centre - pixel));
  }

  /** Weights every pixel by a kernel of its distance, down and across. */
  static OpCheck.Reference resized(
      int height, int width, Interpolation interpolation, boolean antialias) {
    return x ->
        Grid.of(
            new int[] {x[0].size(0), height, width, x[0].size(3)},
            i -> {
              double total = 0;
              double weights = 0;
              for (int[] from : indices(x[0].size(1), x[0].size(2))) {
                double weight =
                    weight(from[0], i[1], height, x[0].size(1), interpolation, antialias)
                        * weight(from[1], i[2], width, x[0].size(2), interpolation, antialias);
                total += weight * x[0].at(image(i, from[0], from[1]));
                weights += weight;
              }
              return total / weights;
            });
  }

  private static double weight(
      int pixel, int place, int size, int images, Interpolation interpolation, boolean antialias) {
    double centre = (place + 0.5) * images / size - 0.5;
    if (interpolation == Interpolation.BICUBIC && !antialias) {
      centre = Math.rint(centre * 1024) / 1024;
    }
    double x = Math.abs(pixel - centre) / (antialias ? Math.max(1, (double) images / size) : 1);
    return switch (interpolation) {
      case NEAREST -> throw new IllegalArgumentException("nearest has no weights");
      case BILINEAR -> Math.max(0, 1 - x);
      case BICUBIC ->
          x <= 1
              ? 1.5 * Math.pow(x, 3) - 2.5 * x * x + 1
              : x < 2 ? -0.5 * Math.pow(x, 3) + 2.5 * x * x - 4 * x + 2 : 0;
      case LANCZOS3 -> lanczos(x, 3);
      case LANCZOS5 -> lanczos(x, 5);
    };
  }

  private static double lanczos(double x, int radius) {
    double angle = Math.PI * x;
    return x == 0
        ? 1
        : x < radius ? radius * Math.sin(angle) * Math.sin(angle / radius) / (angle * angle) : 0;
  }

  /** Brings the rows of each id together. */
  static OpCheck.Reference segments(int count, ToDoubleFunction<double[]> function) {
    return x -> {
      int rank = x[1].shape().length;
      int[] rest = Arrays.copyOfRange(x[0].shape(), rank, x[0].shape().length);
      return Grid.of(
          joined(new int[] {count}, rest),
          i ->
              function.applyAsDouble(
                  indices(x[1].shape()).stream()
                      .filter(row -> x[1].at(row) == i[0])
                      .mapToDouble(row -> x[0].at(joined(row, Arrays.copyOfRange(i, 1, i.length))))
                      .toArray()));
    };
  }

  /** Returns a value, or another for nothing. */
  static ToDoubleFunction<double[]> or(double none, ToDoubleFunction<double[]> function) {
    return x -> x.length == 0 ? none : function.applyAsDouble(x);
  }
}
