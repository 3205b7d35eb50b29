package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Max pooling of sequences: the largest element of each window, channel by channel.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', c]}, where {@link Padding} says what the sizes
 * are; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. Padding is never the
 * largest. Of several equal largest elements, the first gets the gradient.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}; so does one that is smaller than the window, unless the padding is
 * {@code SAME}.
 */
public final class MaxPooling1D extends WindowPooling<MaxPooling1D.Arguments, MaxPooling1D> {
  /**
   * The arguments of a {@link MaxPooling1D}; lists have one number.
   *
   * @param poolSize sizes of the window
   * @param strides distances between windows; null for the pool size
   * @param padding rule for the edges
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Integer> poolSize, List<Integer> strides, Padding padding, ImageLayout dataFormat)
      implements WindowPooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      poolSize = LayerOptions.sizes("MaxPooling1D", "poolSize", 1, poolSize);
      strides = WindowPooling.strides("MaxPooling1D", 1, strides);
      WindowPooling.check("MaxPooling1D", padding, dataFormat);
    }
  }

  private MaxPooling1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with windows of 2 steps that do not overlap. */
  public MaxPooling1D() {
    this(2);
  }

  /** Makes a layer with windows that do not overlap. */
  public MaxPooling1D(int poolSize) {
    this(List.of(poolSize));
  }

  /**
   * Makes a layer with windows that do not overlap.
   *
   * @param poolSize sizes of the window
   * @throws IllegalArgumentException if a size is not 1 or more
   */
  public MaxPooling1D(List<Integer> poolSize) {
    this(new Arguments(poolSize, null, Padding.VALID, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor pool(Tensor images, Window window) {
    return Pooling.maxPool1d(images, window, args().dataFormat());
  }
}
