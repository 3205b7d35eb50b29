package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The positions of the first maximum, or the first NaN, in each window of images.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class WindowMaxima {
  private WindowMaxima() {}

  /**
   * Returns, for each element of max pooling's output, the index in contiguous images of its
   * maximum; -1 for a window of padding only.
   */
  public static long[] of(Window window, EagerTensor images) {
    WindowRuns runs = new WindowRuns(window, images.shape());
    DType dtype = images.dtype();
    MemorySegment elements = images.elements();
    int channels = Math.toIntExact(runs.channels());
    long[] largest = new long[Math.toIntExact(runs.windows() * channels)];
    Arrays.fill(largest, -1);
    runs.forEach(
        (place, element, pixel, count) -> {
          int to = (int) place * channels;
          for (long from = pixel * channels; from < (pixel + count) * channels; from += channels) {
            for (int c = 0; c < channels; c++) {
              if (largest[to + c] < 0 || beats(dtype, elements, from + c, largest[to + c])) {
                largest[to + c] = from + c;
              }
            }
          }
        });
    return largest;
  }

  private static boolean beats(DType dtype, MemorySegment elements, long one, long best) {
    double x = Elements.getDouble(dtype, elements, one);
    double y = Elements.getDouble(dtype, elements, best);
    return x > y || (Double.isNaN(x) && !Double.isNaN(y));
  }
}
