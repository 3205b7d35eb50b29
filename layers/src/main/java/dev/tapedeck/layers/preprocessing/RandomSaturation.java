package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that changes the saturation of colours in training: it is multiplied by {@code f / (1 -
 * f)}, where {@code f} is drawn for each image; 0 makes grey images, 0.5 leaves them as they are.
 *
 * <p>An image of another rank, or of other channels than red, green and blue, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomSaturation
    extends ColorAugmentation<RandomSaturation.Arguments, Tensor, RandomSaturation> {
  private static final String WHO = "RandomSaturation";

  /** A number that keeps the divisor from 0. */
  private static final double SMALL = 1e-7;

  /**
   * The arguments of a {@link RandomSaturation}.
   *
   * @param factor limits of {@code f}; in [0, 1]
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

  private RandomSaturation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomSaturation(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomSaturation(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    Tensor factor = uniform(key, images, args().factor);
    return factor.div(factor.neg().add(1 + SMALL));
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    List<Tensor> parts = Joining.split(ImageColors.rgbToHsv(images), 3, -1);
    Tensor saturation = clipped(parts.get(1).mul(drawn.cast(images.dtype())));
    return ImageColors.hsvToRgb(Joining.concat(-1, parts.get(0), saturation, parts.get(2)));
  }
}
