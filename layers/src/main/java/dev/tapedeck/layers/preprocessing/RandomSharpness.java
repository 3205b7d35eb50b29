package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that blurs or sharpens images in training: {@code y = x + (1 - 2 f) * (smooth - x)},
 * where {@code f} is drawn for each image, clipped to the range of values; 0 blurs, 0.5 leaves an
 * image as it is, 1 sharpens. A smooth pixel is 5/13 of its own and 1/13 of each of the 8 around
 * it.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class RandomSharpness
    extends ColorAugmentation<RandomSharpness.Arguments, Tensor, RandomSharpness> {
  private static final String WHO = "RandomSharpness";
  private static final float A = 1 / 13f;
  private static final float[][] KERNEL = {{A, A, A}, {A, 5 * A, A}, {A, A, A}};

  /**
   * The arguments of a {@link RandomSharpness}.
   *
   * @param factor limits of the sharpness; in [0, 1]
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor, List<Double> valueRange, Long seed, ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomSharpness(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomSharpness(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomSharpness(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, args().factor);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    long channels = images.shape().size(3);
    Tensor kernel = kernel(images.dtype(), channels);
    Tensor smooth = Convolution.depthwiseConv2d(images, kernel, 1, Padding.SAME);
    Tensor part = drawn.mul(-2).add(1).cast(images.dtype());
    return clipped(images.add(part.mul(smooth.sub(images))));
  }

  private static Tensor kernel(DType dtype, long channels) {
    Tensor one = Casting.cast(KERNEL, dtype).reshape(3, 3, 1, 1);
    return Shaping.broadcastTo(one, 3, 3, channels, 1);
  }
}
