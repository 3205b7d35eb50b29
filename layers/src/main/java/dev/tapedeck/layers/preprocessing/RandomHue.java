package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that turns the hue of colours in training, by up to half a circle: by half of what is
 * drawn for each image from the factors, in either direction.
 *
 * <p>An image of another rank, or of other channels than red, green and blue, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomHue extends ColorAugmentation<RandomHue.Arguments, Tensor, RandomHue> {
  private static final String WHO = "RandomHue";

  /**
   * The arguments of a {@link RandomHue}.
   *
   * @param factor limits of the turn, 1 for half a circle; in [0, 1]
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

  private RandomHue(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws a factor from {@code [0, factor]}. */
  public RandomHue(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a factor between a lower and an upper one. */
  public RandomHue(List<Double> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    Tensor factor = uniform(key.foldIn(0), images, args().factor).mul(0.5);
    Tensor back = uniform(key.foldIn(1), images, 0, 1).greater(0.5);
    return Logic.where(back, factor.neg(), factor);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    Tensor hsv = ImageColors.rgbToHsv(scaled(images, args().valueRange, List.of(0.0, 1.0)));
    List<Tensor> parts = Joining.split(hsv, new long[] {1, 2}, -1);
    Tensor hue = parts.getFirst().add(drawn.cast(images.dtype()));
    hue = Logic.where(hue.greater(1), hue.sub(1), hue);
    hue = Logic.where(hue.less(0), hue.add(1), hue);
    Tensor rgb = ImageColors.hsvToRgb(Joining.concat(-1, hue, parts.getLast()));
    return scaled(Maths.clip(rgb, 0, 1), List.of(0.0, 1.0), args().valueRange);
  }
}
