package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that inverts images in training: {@code y = high - x} of the range of values, each with a
 * probability that is drawn from the factors.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class RandomInvert
    extends ColorAugmentation<RandomInvert.Arguments, Tensor, RandomInvert> {
  private static final String WHO = "RandomInvert";

  /**
   * The arguments of a {@link RandomInvert}.
   *
   * @param factor limits of the probability; in [0, 1]
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

  private RandomInvert(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that changes every image. */
  public RandomInvert() {
    this(List.of(1.0));
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomInvert(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomInvert(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return chosen(key, images, args().factor);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    return Logic.where(drawn, images.neg().add(highest()), images);
  }
}
