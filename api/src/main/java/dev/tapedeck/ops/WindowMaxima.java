package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;

/** Finds the first largest element, or the first NaN, in each window of images. */
public final class WindowMaxima {
  private WindowMaxima() {}

  /** Takes the position of a window's largest element. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called for each element of max pooling's output.
     *
     * @param output its index
     * @param position the index of the largest element in the images
     */
    void largest(long output, long position);
  }

  /** Visits the windows of contiguous images {@code [n, h, w, c]}, in the order of the output. */
  public static void visit(Window window, EagerTensor images, Visitor visitor) {
    Shape shape = images.shape();
    MemorySegment elements = images.elements();
    long height = shape.size(1);
    long width = shape.size(2);
    long channels = shape.size(3);
    long output = 0;
    for (long n = 0; n < shape.size(0); n++) {
      for (long row = 0; row < window.rows(height); row++) {
        long top = row * window.stepY() - window.padTop(height);
        for (long column = 0; column < window.columns(width); column++) {
          long left = column * window.stepX() - window.padLeft(width);
          for (long c = 0; c < channels; c++) {
            long best = -1;
            double largest = Double.NaN;
            for (long y = Math.max(top, 0); y < Math.min(top + window.height(), height); y++) {
              for (long x = Math.max(left, 0); x < Math.min(left + window.width(), width); x++) {
                long position = ((n * height + y) * width + x) * channels + c;
                double value = Elements.getDouble(images.dtype(), elements, position);
                boolean nan = Double.isNaN(value) && !Double.isNaN(largest);
                if (best < 0 || value > largest || nan) {
                  best = position;
                  largest = value;
                }
              }
            }
            visitor.largest(output++, best);
          }
        }
      }
    }
  }
}
