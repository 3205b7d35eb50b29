package dev.tapedeck.ops.kernels.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.cpu.CpuKernels;
import dev.tapedeck.ops.kernels.cpu.Guarded;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorMemoryException;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Convolutions of many shapes, and their gradients, whole and divided, against sums in float64. */
class WindowsTest {
  private static final Kernels KERNELS = new CpuKernels();

  private static final int CASES = Integer.getInteger("tapedeck.windows.cases", 300);
  private static final int EXTREMES = Integer.getInteger("tapedeck.windows.extremes", 60);

  /** The most elements of a tensor of an extreme convolution, and the memory for it. */
  private static final long MOST = 1 << 17;

  private static final long LITTLE = 100 << 20;

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

    /** Returns a convolution of some megabytes at most, with numbers up to the largest. */
    static Case extreme(Random random) {
      while (true) {
        int rank = 1 + random.nextInt(3);
        int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 1;
        Window.Axis[] axes = new Window.Axis[rank];
        long[] images = new long[rank + 2];
        for (int i = 0; i < rank; i++) {
          int padding = random.nextInt(3) == 0 ? upTo(random, 3000) : 0;
          axes[i] =
              new Window.Axis(
                  upTo(random, random.nextInt(4) == 0 ? 300 : 5),
                  upTo(random, 10_000),
                  random.nextInt(3) == 0 ? upTo(random, 10_000) : 1,
                  random.nextInt(3) == 0,
                  padding,
                  random.nextBoolean() ? padding : 0);
          images[i + 1] = upTo(random, 100_000);
        }
        images[0] = upTo(random, 4);
        images[rank + 1] = groups * (long) upTo(random, 4);
        Window window = new Window(List.of(axes));
        Shape shape = Shape.of(images);
        long filters = groups * (long) upTo(random, 4);
        double output = window.output(shape, filters).count();
        double each = (double) images[rank + 1] / groups;
        for (Window.Axis axis : axes) {
          each *= axis.size();
        }
        boolean small =
            shape.count() < MOST && output < MOST && each * filters < MOST && output * each < 5e6;
        if (small && output > 0) {
          return of(window, groups, shape, filters);
        }
      }
    }

    /** Returns a number from 1, small or large. */
    private static int upTo(Random random, int most) {
      return (int) Math.round(Math.pow(most, random.nextDouble()));
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

    /**
     * Checks all three directions.
     *
     * @param whole whether oneDNN serves them undivided, too
     */
    void check(Random random, boolean whole) {
      checkOutput(random, whole);
      checkImages(random, whole);
      checkKernel(random, whole);
    }

    private void checkOutput(Random random, boolean whole) {
      Guarded x = input(random, images);
      Guarded w = input(random, kernel);
      Guarded y = Guarded.of(DType.FLOAT32, output);
      String what = this + " output";
      boolean done =
          whole && OneDnn.conv(1, false, window, groups, x.tensor(), w.tensor(), y.tensor());
      assertEquals(whole, done, what);
      double[] xs = x.values();
      double[] ws = w.values();
      Sums sums = new Sums(output);
      forEach((at, weight, sum) -> sums.add(sum, xs[at] * ws[weight]));
      if (done) {
        sums.check(y, what);
      }
      Guarded divided = Guarded.of(DType.FLOAT32, output);
      KERNELS.convolutions().conv(window, groups, x.tensor(), w.tensor(), divided.tensor());
      sums.check(divided, "divided " + what);
    }

    private void checkImages(Random random, boolean whole) {
      Guarded w = input(random, kernel);
      Guarded y = input(random, output);
      Guarded x = Guarded.of(DType.FLOAT32, images);
      String what = this + " images";
      boolean done =
          whole && OneDnn.convImages(1, false, window, groups, w.tensor(), y.tensor(), x.tensor());
      assertEquals(whole, done, what);
      double[] ws = w.values();
      double[] ys = y.values();
      Sums sums = new Sums(images);
      forEach((sum, weight, at) -> sums.add(sum, ws[weight] * ys[at]));
      if (done) {
        sums.check(x, what);
      }
      Guarded divided = Guarded.of(DType.FLOAT32, images);
      KERNELS
          .convolutions()
          .convBackwardInput(window, groups, w.tensor(), y.tensor(), divided.tensor());
      sums.check(divided, "divided " + what);
    }

    private void checkKernel(Random random, boolean whole) {
      Guarded x = input(random, images);
      Guarded y = input(random, output);
      Guarded w = Guarded.of(DType.FLOAT32, kernel);
      String what = this + " kernel";
      boolean done =
          whole && OneDnn.convKernel(1, window, groups, x.tensor(), y.tensor(), w.tensor());
      assertEquals(whole, done, what);
      double[] xs = x.values();
      double[] ys = y.values();
      Sums sums = new Sums(kernel);
      forEach((at, sum, from) -> sums.add(sum, xs[at] * ys[from]));
      if (done) {
        sums.check(w, what);
      }
      Guarded divided = Guarded.of(DType.FLOAT32, kernel);
      KERNELS
          .convolutions()
          .convBackwardFilter(window, groups, x.tensor(), y.tensor(), divided.tensor());
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
        OneDnn.conv(
            1, false, one.window, 1, zeros(one.images), zeros(one.kernel), zeros(one.output)));
  }

  private static EagerTensor zeros(Shape shape) {
    return EagerTensor.allocate(new TensorSpec(DType.FLOAT32, shape));
  }

  @Test
  void randomShapes() {
    Random random = new Random(1);
    for (int i = 0; i < CASES; i++) {
      Case one = Case.random(random);
      if (one.output.count() > 0 && ConvGeometry.touches(one.window, one.images)) {
        one.check(random, true);
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
      one.check(random, true);
    }
  }

  /** A gradient of a transposed convolution, whose kernel alone is small. */
  @Test
  void windowsFarApartInLittleMemory() {
    Window window = Window.of(7, 4).strides(1, 1267);
    Case one = Case.of(window, 1, Shape.of(1, 7, 63 * 1267 + 4, 1), 1);
    long limit = Memory.stats().limit();
    Memory.limit(Memory.stats().live() + LITTLE);
    try {
      one.check(new Random(4), false);
    } finally {
      Memory.limit(limit);
    }
  }

  /** Little memory, and windows that are far apart, far from the image, or hardly fit in. */
  @Test
  void extremeShapesInLittleMemory() {
    Random random = new Random(3);
    int right = 0;
    int refused = 0;
    long limit = Memory.stats().limit();
    for (int i = 0; i < EXTREMES; i++) {
      Case one = Case.extreme(random);
      Memory.limit(Memory.stats().live() + LITTLE);
      try {
        one.check(random, false);
        right++;
      } catch (TensorMemoryException e) {
        refused++;
      } finally {
        Memory.limit(limit);
      }
    }
    assertTrue(right > 20 * refused, right + " right, " + refused + " refused");
  }

  @Test
  void otherTypesAreLeftToOthers() {
    Shape shape = Shape.of(1, 2, 2, 1);
    EagerTensor doubles = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, shape));
    assertFalse(OneDnn.conv(1, false, Window.of(2, 2), 1, doubles, doubles, doubles));
  }
}
