package dev.tapedeck.ops.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.ops.Kernels;
import dev.tapedeck.ops.Window;
import dev.tapedeck.ops.cpu.CpuKernels;
import dev.tapedeck.ops.cpu.Guarded;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Convolutions of many shapes, and their gradients, whole and divided, against sums in float64. */
class WindowsTest {
  private static final Kernels KERNELS = new CpuKernels();

  @BeforeEach
  void needsTheLibrary() {
    assumeTrue(OneDnn.isAvailable());
  }

  /** Terms {@code images[x] * kernel[w]} of a convolution's {@code output[y]}. */
  @FunctionalInterface
  private interface Term {
    void take(int x, int w, int y);
  }

  /** Sums, and how large what was added was. */
  private static final class Sums {
    final double[] values;
    final double[] magnitudes;
    final int[] counts;

    Sums(Shape shape) {
      values = new double[(int) shape.count()];
      magnitudes = values.clone();
      counts = new int[values.length];
    }

    void add(int at, double term) {
      values[at] += term;
      magnitudes[at] += Math.abs(term);
      counts[at]++;
    }

    void check(Guarded actual, String what) {
      int most = Arrays.stream(counts).max().orElseThrow();
      actual.assertNear(values, magnitudes, most, what);
    }
  }

  private record Case(Window window, int groups, Shape images, Shape kernel, Shape output) {
    static Case of(Window window, int groups, Shape images, long filters) {
      int rank = window.rank();
      long[] kernel = new long[rank + 2];
      Arrays.setAll(kernel, i -> i < rank ? window.axes().get(i).size() : filters);
      kernel[rank] = images.size(-1) / groups;
      return new Case(window, groups, images, Shape.of(kernel), window.output(images, filters));
    }

    static Case random(Random random) {
      int rank = 1 + random.nextInt(3);
      int largest = rank == 3 ? 6 : 12;
      int[] sizes = random.ints(rank, 1, 5).toArray();
      Window window =
          Window.of(sizes)
              .strides(random.ints(rank, 1, 4).toArray())
              .dilations(
                  random.nextInt(3) == 0 ? random.ints(rank, 1, 3).toArray() : new int[] {1});
      window =
          switch (random.nextInt(3)) {
            case 0 -> window.padding(Window.Padding.SAME);
            case 1 ->
                window.padding(
                    random.ints(rank, 0, 3).toArray(), random.ints(rank, 0, 3).toArray());
            default -> window;
          };
      int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 1;
      long channels = groups * (random.nextInt(4) == 0 ? 1 : random.nextLong(1, 41 / groups + 1L));
      long filters = groups * random.nextLong(1, 41 / groups + 1L);
      long[] images = new long[rank + 2];
      Arrays.setAll(images, _ -> 1 + random.nextInt(largest));
      images[0] = random.nextLong(1, 5);
      images[rank + 1] = channels;
      return of(window, groups, Shape.of(images), filters);
    }

    void forEach(Term action) {
      int channels = (int) images.size(-1);
      int each = channels / groups;
      int filters = (int) output.size(-1);
      int places = (int) (output.count() / output.size(0) / filters);
      int elements = (int) (kernel.count() / each / filters);
      int pixels = (int) (images.count() / images.size(0) / channels);
      for (int place = 0; place < places; place++) {
        for (int element = 0; element < elements; element++) {
          int pixel = pixel(place, element);
          for (int image = 0; pixel >= 0 && image < images.size(0); image++) {
            for (int filter = 0; filter < filters; filter++) {
              int group = filter / (filters / groups);
              for (int c = 0; c < each; c++) {
                action.take(
                    (image * pixels + pixel) * channels + group * each + c,
                    (element * each + c) * filters + filter,
                    (image * places + place) * filters + filter);
              }
            }
          }
        }
      }
    }

    /** Returns where an element of a window lies, or -1 if in the padding. */
    private int pixel(int place, int element) {
      int restOfPlace = place;
      int restOfElement = element;
      int pixel = 0;
      int step = 1;
      for (int i = window.rank() - 1; i >= 0; i--) {
        Window.Axis axis = window.axes().get(i);
        int size = (int) images.size(i + 1);
        int count = (int) output.size(i + 1);
        int at =
            restOfPlace % count * axis.stride()
                + restOfElement % axis.size() * axis.dilation()
                - (int) axis.padBefore(size);
        if (at < 0 || at >= size) {
          return -1;
        }
        pixel += at * step;
        step *= size;
        restOfPlace /= count;
        restOfElement /= axis.size();
      }
      return pixel;
    }

    void checkOutput(Random random) {
      Guarded x = input(random, images);
      Guarded w = input(random, kernel);
      Guarded y = Guarded.of(DType.FLOAT32, output);
      String what = this + " output";
      assertTrue(OneDnn.conv(1, window, groups, x.tensor(), w.tensor(), y.tensor()), what);
      double[] xs = x.values();
      double[] ws = w.values();
      Sums sums = new Sums(output);
      forEach((at, weight, sum) -> sums.add(sum, xs[at] * ws[weight]));
      sums.check(y, what);
      Guarded divided = Guarded.of(DType.FLOAT32, output);
      KERNELS.conv(window, groups, x.tensor(), w.tensor(), divided.tensor());
      sums.check(divided, "divided " + what);
    }

    void checkImages(Random random) {
      Guarded w = input(random, kernel);
      Guarded y = input(random, output);
      Guarded x = Guarded.of(DType.FLOAT32, images);
      String what = this + " images";
      assertTrue(OneDnn.convImages(1, window, groups, w.tensor(), y.tensor(), x.tensor()), what);
      double[] ws = w.values();
      double[] ys = y.values();
      Sums sums = new Sums(images);
      forEach((sum, weight, at) -> sums.add(sum, ws[weight] * ys[at]));
      sums.check(x, what);
      Guarded divided = Guarded.of(DType.FLOAT32, images);
      KERNELS.convImages(window, groups, w.tensor(), y.tensor(), divided.tensor());
      sums.check(divided, "divided " + what);
    }

    void checkKernel(Random random) {
      Guarded x = input(random, images);
      Guarded y = input(random, output);
      Guarded w = Guarded.of(DType.FLOAT32, kernel);
      String what = this + " kernel";
      assertTrue(OneDnn.convKernel(1, window, groups, x.tensor(), y.tensor(), w.tensor()), what);
      double[] xs = x.values();
      double[] ys = y.values();
      Sums sums = new Sums(kernel);
      forEach((at, sum, from) -> sums.add(sum, xs[at] * ys[from]));
      sums.check(w, what);
      Guarded divided = Guarded.of(DType.FLOAT32, kernel);
      KERNELS.convKernel(window, groups, x.tensor(), y.tensor(), divided.tensor());
      sums.check(divided, "divided " + what);
    }

    private static Guarded input(Random random, Shape shape) {
      return random.nextInt(4) == 0
          ? Guarded.strided(random, shape.toArray())
          : Guarded.of(DType.FLOAT32, shape).filled(random);
    }
  }

  /** Windows over nothing but padding, on which oneDNN crashes, are left to others. */
  @Test
  void windowsOverPaddingAreRefused() {
    Case one = Case.of(Window.of(2).padding(2), 1, Shape.of(1, 3, 1), 1);
    assertFalse(
        OneDnn.conv(1, one.window, 1, zeros(one.images), zeros(one.kernel), zeros(one.output)));
  }

  private static EagerTensor zeros(Shape shape) {
    return EagerTensor.allocate(new TensorSpec(DType.FLOAT32, shape));
  }

  @Test
  void randomShapes() {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      Case one = Case.random(random);
      if (one.output.count() > 0 && Slide.touches(one.window, one.images)) {
        one.checkOutput(random);
        one.checkImages(random);
        one.checkKernel(random);
      }
    }
  }

  /** These have enough work for the fastest way to be looked for. */
  @Test
  void largerShapes() {
    Random random = new Random(2);
    for (Case one :
        new Case[] {
          Case.of(Window.of(3, 3), 1, Shape.of(16, 28, 28, 1), 32),
          Case.of(Window.of(3, 3).padding(Window.Padding.SAME), 1, Shape.of(4, 13, 13, 32), 64),
          Case.of(Window.of(1, 1), 1, Shape.of(8, 14, 14, 48), 24),
          Case.of(Window.of(3, 3).strides(2), 32, Shape.of(8, 28, 28, 32), 32)
        }) {
      one.checkOutput(random);
      one.checkImages(random);
      one.checkKernel(random);
    }
  }

  @Test
  void otherTypesAreLeftToOthers() {
    Shape shape = Shape.of(1, 2, 2, 1);
    EagerTensor doubles = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, shape));
    assertFalse(OneDnn.conv(1, Window.of(2, 2), 1, doubles, doubles, doubles));
  }
}
