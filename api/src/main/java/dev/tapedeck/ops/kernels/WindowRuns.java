package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.Shape;

/**
 * A walk over the elements of windows in images {@code [n, spatial.., c]}, for kernels in Java.
 *
 * <p>Windows are numbered in the order of the output, pixels in that of the images, the elements of
 * a window in that of a kernel. All have three spatial axes here, the missing ones with size 1.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class WindowRuns {
  private static final int AXES = 3;
  private static final Window.Axis MISSING = new Window.Axis(1, 1, 1, false, 0, 0);

  private final long images;
  private final long channels;
  private final long[] sizes = new long[AXES];
  private final long[] counts = new long[AXES];
  private final long[] pads = new long[AXES];
  private final Window.Axis[] axes = new Window.Axis[AXES];

  /**
   * A visitor of runs: elements of a window that are adjacent in the images.
   *
   * @hidden not for programs that use Tapedeck
   */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called for each run.
     *
     * @param window the index of the window
     * @param element the index in the window of the first element
     * @param pixel the pixel of that element
     * @param count the number of elements
     */
    void run(long window, long element, long pixel, long count);
  }

  /** Makes the walk of a window over images of a shape. */
  public WindowRuns(Window window, Shape images) {
    this.images = images.size(0);
    this.channels = images.size(-1);
    int missing = AXES - window.rank();
    for (int i = 0; i < AXES; i++) {
      axes[i] = i < missing ? MISSING : window.axes().get(i - missing);
      sizes[i] = i < missing ? 1 : images.size(i - missing + 1);
      counts[i] = axes[i].count(sizes[i]);
      pads[i] = axes[i].padBefore(sizes[i]);
    }
  }

  /** Returns the number of windows over all images. */
  public long windows() {
    return images * counts[0] * counts[1] * counts[2];
  }

  /** Returns the number of elements of a window. */
  public long elements() {
    return (long) axes[0].size() * axes[1].size() * axes[2].size();
  }

  /** Returns the number of channels of the images. */
  public long channels() {
    return channels;
  }

  /** Visits the elements of all windows, in order, that are not padding. */
  public void forEach(Visitor visitor) {
    forEach(0, windows(), visitor);
  }

  /** Visits windows in order, from one up to, not including, another. */
  public void forEach(long from, long to, Visitor visitor) {
    for (long window = from; window < to; window++) {
      long x = window % counts[2];
      long y = window / counts[2] % counts[1];
      long z = window / counts[2] / counts[1] % counts[0];
      long n = window / counts[2] / counts[1] / counts[0];
      visit(visitor, window, n, start(0, z), start(1, y), start(2, x));
    }
  }

  private long start(int axis, long place) {
    return place * axes[axis].stride() - pads[axis];
  }

  private void visit(Visitor visitor, long window, long n, long front, long top, long left) {
    int across = axes[2].size();
    long step = axes[2].dilation();
    long first = left < 0 ? Math.ceilDiv(-left, step) : 0;
    long end = left < sizes[2] ? Math.min(across, (sizes[2] - 1 - left) / step + 1) : 0;
    if (first >= end) {
      return;
    }
    for (int i = 0; i < axes[0].size(); i++) {
      long z = front + (long) i * axes[0].dilation();
      for (int j = 0; j < axes[1].size() && z >= 0 && z < sizes[0]; j++) {
        long y = top + (long) j * axes[1].dilation();
        if (y >= 0 && y < sizes[1]) {
          long element = ((long) i * axes[1].size() + j) * across + first;
          long pixel = ((n * sizes[0] + z) * sizes[1] + y) * sizes[2] + left + first * step;
          if (step == 1) {
            visitor.run(window, element, pixel, end - first);
          } else {
            for (long k = 0; k < end - first; k++) {
              visitor.run(window, element + k, pixel + k * step, 1);
            }
          }
        }
      }
    }
  }
}
