package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;

/**
 * Average pooling for 2D images: the mean of each window, channel by channel.
 *
 * <p>Images {@code [n, h, w, c]} give {@code [n, h', w', c]}, where {@link Padding} says what
 * {@code h'} and {@code w'} are. Padding is not counted.
 *
 * <p>An input that is not a batch of floating-point images throws {@link IllegalArgumentException};
 * so does one that is smaller than the window, unless the padding is {@code SAME}.
 */
public final class AvgPool2D extends Pool2D<AvgPool2D.Arguments, AvgPool2D> {
  /**
   * The arguments of an {@link AvgPool2D}.
   *
   * @param poolSize height and width of the window
   * @param strides distance between windows; null for the pool size
   * @param padding rule for the edges
   */
  public record Arguments(int poolSize, Integer strides, Padding padding)
      implements Pool2D.Arguments {
    /** Checks the arguments. */
    public Arguments {
      Pool2D.check("AvgPool2D", poolSize, strides, padding);
    }
  }

  private AvgPool2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with windows of 2 x 2 that do not overlap. */
  public AvgPool2D() {
    this(2);
  }

  /**
   * Makes a layer with square windows that do not overlap.
   *
   * @throws IllegalArgumentException if the size is not 1 or more
   */
  public AvgPool2D(int poolSize) {
    this(new Arguments(poolSize, null, Padding.VALID));
  }

  @Override
  Tensor pool(Tensor images, Window over) {
    return Pooling.avgPool2d(images, over);
  }
}
