package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pixels of an image that lie in each window, without padding.
 *
 * @param channels the number of elements of a pixel
 * @param image the number of pixels of an image
 * @param ends the start of each window's pixels in {@code pixels}, and the end of the last
 * @param pixels the pixels of all windows, window by window
 * @param disjoint whether no pixel lies in two windows
 * @param covering whether each pixel of the image lies in a window
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WindowPixels(
    int channels, int image, int[] ends, int[] pixels, boolean disjoint, boolean covering) {
  /** The limits of the cache: listing pixels takes longer than pooling a small image. */
  private static final int MOST_KEPT = 64;

  private static final int MOST_PIXELS = 1 << 16;

  private static final Map<Key, WindowPixels> KEPT = new ConcurrentHashMap<>();

  /** What the pixels depend on; {@code images} without their number. */
  private record Key(Window window, Shape images) {}

  static WindowPixels of(Window window, Shape images) {
    Key key = new Key(window, images.with(0, 1));
    WindowPixels kept = KEPT.get(key);
    if (kept != null) {
      return kept;
    }
    WindowPixels made = made(window, images);
    if (made.pixels.length <= MOST_PIXELS) {
      if (KEPT.size() >= MOST_KEPT) {
        KEPT.clear();
      }
      KEPT.put(key, made);
    }
    return made;
  }

  private static WindowPixels made(Window window, Shape images) {
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
    boolean disjoint = pixels.length == seen.cardinality();
    return new WindowPixels(channels, image, ends, pixels, disjoint, seen.cardinality() == image);
  }

  int windows() {
    return ends.length - 1;
  }
}
