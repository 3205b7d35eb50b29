package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that changes the contrast of images in training: {@code y = (x - mean) * c + mean}, where
 * {@code mean} is that of a channel and {@code c} is drawn for each image from {@code [1 - lower, 1
 * + upper]} of the factors, clipped to the range of values.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class RandomContrast
    extends ColorAugmentation<RandomContrast.Arguments, Tensor, RandomContrast> {
  private static final String WHO = "RandomContrast";

  /**
   * The arguments of a {@link RandomContrast}.
   *
   * @param factor limits of what the contrast loses and gains; in [0, 1]
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

  private RandomContrast(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomContrast(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomContrast(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, 1 - args().factor.getFirst(), 1 + args().factor.getLast());
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    Tensor mean = Reductions.mean(images, true, 1, 2);
    return clipped(images.sub(mean).mul(drawn.cast(images.dtype())).add(mean));
  }
}
