package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Average pooling of sequences: the mean of each window, channel by channel.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', c]}, where {@link Padding} says what the sizes
 * are; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. Padding is not
 * counted.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}; so does one that is smaller than the window, unless the padding is
 * {@code SAME}.
 */
public final class AveragePooling1D
    extends WindowPooling<AveragePooling1D.Arguments, AveragePooling1D> {
  /**
   * The arguments of an {@link AveragePooling1D}; lists have one number.
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
      poolSize = LayerOptions.sizes("AveragePooling1D", "poolSize", 1, poolSize);
      strides = WindowPooling.strides("AveragePooling1D", 1, strides);
      WindowPooling.check("AveragePooling1D", padding, dataFormat);
    }
  }

  private AveragePooling1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with windows that do not overlap. */
  public AveragePooling1D(int poolSize) {
    this(List.of(poolSize));
  }

  /**
   * Makes a layer with windows that do not overlap.
   *
   * @param poolSize sizes of the window
   * @throws IllegalArgumentException if a size is not 1 or more
   */
  public AveragePooling1D(List<Integer> poolSize) {
    this(new Arguments(poolSize, null, Padding.VALID, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor pool(Tensor images, Window window) {
    return Pooling.avgPool1d(images, window, args().dataFormat());
  }
}
