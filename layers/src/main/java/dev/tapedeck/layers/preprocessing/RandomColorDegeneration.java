package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that takes colour from images in training: {@code y = x + f * (grey - x)}, where {@code
 * f} is drawn for each image, clipped to the range of values.
 *
 * <p>An image of another rank, or of other channels than red, green and blue, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomColorDegeneration
    extends ColorAugmentation<RandomColorDegeneration.Arguments, Tensor, RandomColorDegeneration> {
  private static final String WHO = "RandomColorDegeneration";

  /**
   * The arguments of a {@link RandomColorDegeneration}.
   *
   * @param factor limits of the part of colour that is taken; in [0, 1]
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

  private RandomColorDegeneration(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomColorDegeneration(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomColorDegeneration(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, args().factor);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    Tensor grey = ImageColors.rgbToGrayscale(images);
    return clipped(images.add(grey.sub(images).mul(drawn.cast(images.dtype()))));
  }
}
