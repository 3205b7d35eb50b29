package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Shape;

/** The geometry of a window over images as oneDNN takes it: numbers for each spatial axis. */
final class ConvGeometry {
  private ConvGeometry() {}

  /**
   * Returns the addresses of strides, dilations (gaps between elements), and paddings before and
   * after; the last is the padding that the last window needs, negative if it ends before the image
   * does.
   */
  static long[] arrays(PlanBuilder builder, Window window, Shape images) {
    int rank = window.rank();
    long[] strides = new long[rank];
    long[] gaps = new long[rank];
    long[] before = new long[rank];
    long[] after = new long[rank];
    for (int i = 0; i < rank; i++) {
      Window.Axis axis = window.axes().get(i);
      long image = images.size(i + 1);
      strides[i] = axis.stride();
      gaps[i] = axis.size() == 1 ? 0 : axis.dilation() - 1;
      before[i] = axis.padBefore(image);
      after[i] = (axis.count(image) - 1) * axis.stride() + axis.extent() - image - before[i];
    }
    return new long[] {
      builder.array(strides), builder.array(gaps), builder.array(before), builder.array(after)
    };
  }

  /** Adds the window's numbers to a signature, which has those of the images. */
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

  /**
   * Returns whether each window has an element in the image; oneDNN 3.11 crashes on some shapes
   * otherwise.
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
