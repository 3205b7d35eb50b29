package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that makes images brighter or darker in training: {@code y = x + d * (high - low)}, where
 * {@code d} is drawn for each image, clipped to the range of values.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class RandomBrightness
    extends ColorAugmentation<RandomBrightness.Arguments, Tensor, RandomBrightness> {
  private static final String WHO = "RandomBrightness";

  /**
   * The arguments of a {@link RandomBrightness}.
   *
   * @param factor limits of what is added, as a part of the range of values; in [-1, 1]
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor, List<Double> valueRange, Long seed, ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, -1, 1);
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomBrightness(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [-factor, factor]}. */
  public RandomBrightness(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomBrightness(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, args().factor).mul(highest() - lowest());
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    return clipped(images.add(drawn.cast(images.dtype())));
  }
}
