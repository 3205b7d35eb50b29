package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of all kinds, by vectors, against the definition; and what lies around the output. */
class PoolsTest {
  private static final Kernels KERNELS = new CpuKernels();

  /** Few, so that there are equal ones, and exact in sums. */
  private static final double[] NUMBERS = {-2, -1, -0.0, 0, 1, 2, 3};

  private static final double[] SPECIAL = {
    Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY
  };

  private final Random random = new Random(1);

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void randomWindows(DType dtype) {
    for (int i = 0; i < 400; i++) {
      Window window = window(1 + random.nextInt(3));
      long[] images = new long[window.rank() + 2];
      Arrays.setAll(images, _ -> 1 + random.nextInt(8));
      images[images.length - 1] = 1L + random.nextInt(i % 10 == 0 ? 70 : 20);
      images[0] += i % 20 == 0 ? 60 : 0;
      if (window.output(Shape.of(images), 1).count() > 0) {
        check(dtype, window, images);
      }
    }
  }

  private Window window(int rank) {
    int[] sizes = random.ints(rank, 1, 4).toArray();
    int[] strides = random.nextBoolean() ? sizes : random.ints(rank, 1, 4).toArray();
    Window window = Window.of(sizes).strides(strides);
    return switch (random.nextInt(4)) {
      case 0 -> window.padding(Window.Padding.SAME);
      case 1 -> window.dilations(random.ints(rank, 1, 3).toArray());
      case 2 ->
          window.padding(random.ints(rank, 0, 4).toArray(), random.ints(rank, 0, 4).toArray());
      default -> window;
    };
  }

  private void check(DType dtype, Window window, long... shape) {
    Shape images = Shape.of(shape);
    Shape pooled = window.output(images, shape[shape.length - 1]);
    Guarded x = Guarded.of(dtype, numbers(images), shape);
    Guarded g = Guarded.of(dtype, numbers(pooled), pooled.toArray());
    Guarded max = Guarded.of(dtype, pooled);
    Guarded avg = Guarded.of(dtype, pooled);
    Guarded maxGradient = Guarded.of(dtype, images);
    Guarded avgGradient = Guarded.of(dtype, images);
    KERNELS.pooling().max(window, x.tensor(), max.tensor());
    KERNELS.pooling().average(window, x.tensor(), avg.tensor());
    KERNELS.pooling().maxGradient(window, x.tensor(), g.tensor(), maxGradient.tensor());
    KERNELS.pooling().averageGradient(window, g.tensor(), avgGradient.tensor());
    double[] in = x.values();
    double[] upstream = g.values();
    double[] largestOnes = max.values();
    double[] means = avg.values();
    double[] toLargest = new double[in.length];
    double[] toAll = new double[in.length];
    for (int i = 0; i < upstream.length; i++) {
      List<Integer> elements = elements(window, images, pooled, i);
      double sum = 0;
      int largest = -1;
      for (int at : elements) {
        sum += in[at];
        boolean first = largest < 0;
        boolean nan = !first && Double.isNaN(in[at]) && !Double.isNaN(in[largest]);
        largest = first || nan || in[at] > in[largest] ? at : largest;
        toAll[at] += upstream[i] / elements.size();
      }
      assertEquals(
          largest < 0 ? Double.NEGATIVE_INFINITY : in[largest] + 0.0, largestOnes[i] + 0.0);
      assertEquals(sum / elements.size(), means[i], 1e-6);
      if (largest >= 0) {
        toLargest[largest] += upstream[i];
      }
    }
    assertArrayEquals(toLargest, maxGradient.values(), 1e-12, window.toString());
    assertArrayEquals(toAll, avgGradient.values(), 1e-5, window.toString());
    for (Guarded output : new Guarded[] {max, avg, maxGradient, avgGradient}) {
      output.check();
    }
  }

  private double[] numbers(Shape shape) {
    double[] from = random.nextInt(4) > 0 ? NUMBERS : SPECIAL;
    return random
        .ints(shape.count(), 0, NUMBERS.length)
        .mapToDouble(i -> i < from.length && random.nextBoolean() ? from[i] : NUMBERS[i])
        .toArray();
  }

  /** Returns the indices of those images' elements that the one of an index is made of. */
  private static List<Integer> elements(Window window, Shape images, Shape pooled, int index) {
    int channels = (int) images.size(-1);
    List<Integer> elements = new ArrayList<>();
    int size = window.axes().stream().mapToInt(Window.Axis::size).reduce(1, Math::multiplyExact);
    for (int element = 0; element < size; element++) {
      int rest = element;
      int place = index / channels;
      long at = index % channels;
      boolean inside = true;
      for (int axis = window.rank() - 1; axis >= 0; axis--) {
        Window.Axis along = window.axes().get(axis);
        long image = images.size(axis + 1);
        long position =
            place % pooled.size(axis + 1) * along.stride()
                - along.padBefore(image)
                + (long) rest % along.size() * along.dilation();
        inside &= position >= 0 && position < image;
        at += position * images.strides()[axis + 1];
        place /= (int) pooled.size(axis + 1);
        rest /= along.size();
      }
      if (inside) {
        elements.add((int) (at + place * images.strides()[0]));
      }
    }
    return elements;
  }
}
