package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.Shape;

/**
 * How a window slides over images, in oneDNN's terms: numbers for each spatial axis.
 *
 * @param gaps how many elements are left out between two of the window
 * @param after the padding that the last window needs; negative if it ends before the image
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Slide(long[] sizes, long[] strides, long[] gaps, long[] before, long[] after) {
  Slide(int rank) {
    this(new long[rank], new long[rank], new long[rank], new long[rank], new long[rank]);
  }

  /** Returns how a window slides over images {@code [n, spatial.., c]}. */
  static Slide of(Window window, Shape images) {
    Slide slide = new Slide(window.rank());
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      long image = images.size(i + 1);
      slide.sizes[i] = axis.size();
      // A stride of a single window counts for nothing, yet misleads oneDNN 3.11.
      slide.strides[i] = axis.stride();
      slide.gaps[i] = axis.size() == 1 ? 0 : axis.dilation() - 1;
      slide.before[i] = axis.padBefore(image);
      slide.after[i] =
          (axis.count(image) - 1) * axis.stride() + axis.extent() - image - slide.before[i];
    }
    return slide;
  }

  /** Adds to a signature what tells windows apart that slide over the same images. */
  static void sign(Window window, Shape images, Signature signature) {
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      signature
          .add(axis.size())
          .add(axis.stride())
          .add(axis.dilation())
          .add(axis.padBefore(images.size(i + 1)))
          .add(axis.count(images.size(i + 1)));
    }
  }

  /** Returns {@code [n, spatial.., c]} as {@code [n, c, spatial..]}. */
  static long[] channelsFirst(long[] channelsLast) {
    int last = channelsLast.length - 1;
    long[] first = new long[last + 1];
    first[0] = channelsLast[0];
    first[1] = channelsLast[last];
    System.arraycopy(channelsLast, 1, first, 2, last - 1);
    return first;
  }

  /** Returns the layout of dense images {@code [n, spatial.., c]}. */
  static long layout(PlanBuilder builder, Shape images) {
    return builder.layout(channelsFirst(images.toArray()), channelsFirst(images.strides()));
  }

  /** Returns the addresses of strides, gaps and paddings: what describes a convolution. */
  long[] arrays(PlanBuilder builder) {
    return new long[] {
      builder.array(strides), builder.array(gaps), builder.array(before), builder.array(after)
    };
  }

  /** Returns the addresses with the sizes behind the strides: what describes pooling. */
  long[] arraysWithSizes(PlanBuilder builder) {
    long[] arrays = arrays(builder);
    return new long[] {arrays[0], builder.array(sizes), arrays[1], arrays[2], arrays[3]};
  }

  /**
   * Returns whether each window has an element in the image; oneDNN 3.11 crashes on some shapes
   * where one has not.
   */
  static boolean touches(Window window, Shape images) {
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      long image = images.size(i + 1);
      for (long place = 0; place < axis.count(image); place++) {
        long start = place * axis.stride() - axis.padBefore(image);
        long first = start < 0 ? Math.ceilDiv(-start, axis.dilation()) : 0;
        if (first >= axis.size() || start + first * axis.dilation() >= image) {
          return false;
        }
      }
    }
    return true;
  }
}
