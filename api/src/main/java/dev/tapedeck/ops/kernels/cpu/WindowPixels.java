package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The pixels of an image that lie in each window, without padding.
 *
 * @param channels the number of elements of a pixel
 * @param image the number of pixels of an image
 * @param ends the start of each window's pixels in {@code pixels}, and the end of the last
 * @param pixels the pixels of all windows, window by window
 * @param partition whether each pixel of the image lies in exactly one window
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WindowPixels(int channels, int image, int[] ends, int[] pixels, boolean partition) {
  static WindowPixels of(Window window, Shape images) {
    WindowRuns runs = new WindowRuns(window, images.with(0, 1));
    int channels = Math.toIntExact(runs.channels());
    int image = Math.toIntExact(images.count() / images.size(0) / channels);
    int[] ends = new int[Math.toIntExact(runs.windows() + 1)];
    runs.forEach((place, _, _, count) -> ends[(int) place + 1] += (int) count);
    Arrays.parallelPrefix(ends, Math::addExact);
    int[] pixels = new int[ends[ends.length - 1]];
    BitSet seen = new BitSet(image);
    int[] next = {0};
    runs.forEach(
        (_, _, pixel, count) -> {
          for (int i = 0; i < count; i++) {
            pixels[next[0]++] = (int) pixel + i;
          }
          seen.set((int) pixel, (int) (pixel + count));
        });
    boolean partition = pixels.length == image && seen.cardinality() == image;
    return new WindowPixels(channels, image, ends, pixels, partition);
  }

  int windows() {
    return ends.length - 1;
  }
}
