package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that changes brightness, contrast, saturation and hue of images in training, in this
 * order: those whose factors are given, as {@link RandomBrightness}, {@link RandomContrast}, {@link
 * RandomSaturation} and {@link RandomHue} do.
 *
 * <p>An image of another rank, or of other channels than red, green and blue, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomColorJitter
    extends ColorAugmentation<
        RandomColorJitter.Arguments, RandomColorJitter.Drawn, RandomColorJitter> {
  private static final String WHO = "RandomColorJitter";

  /**
   * The arguments of a {@link RandomColorJitter}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param brightnessFactor factor of a {@link RandomBrightness}, or null
   * @param contrastFactor factor of a {@link RandomContrast}, or null
   * @param saturationFactor factor of a {@link RandomSaturation}, or null
   * @param hueFactor factor of a {@link RandomHue}, or null
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> valueRange,
      List<Double> brightnessFactor,
      List<Double> contrastFactor,
      List<Double> saturationFactor,
      List<Double> hueFactor,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      brightnessFactor = limits("brightnessFactor", brightnessFactor, -1);
      contrastFactor = limits("contrastFactor", contrastFactor, 0);
      saturationFactor = limits("saturationFactor", saturationFactor, 0);
      hueFactor = limits("hueFactor", hueFactor, 0);
      ImageOptions.requireLayout(WHO, dataFormat);
    }

    private static List<Double> limits(String what, List<Double> factor, double lowest) {
      return factor == null ? null : ImageOptions.limits(WHO, what, factor, lowest, 1);
    }
  }

  /** What the four layers draw; null of those without a factor. */
  record Drawn(Tensor brightness, Tensor contrast, Tensor saturation, Tensor hue) {}

  private RandomColorJitter(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that changes nothing until a factor is set. */
  public RandomColorJitter() {
    this(
        new Arguments(ImageOptions.BYTES, null, null, null, null, null, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the limits of the brightness; a single one is both. By default it stays. */
  public RandomColorJitter brightnessFactor(double... factor) {
    return with("brightnessFactor", ImageOptions.list(factor));
  }

  /** Sets the limits of the contrast; a single one is the upper. By default it stays. */
  public RandomColorJitter contrastFactor(double... factor) {
    return with("contrastFactor", ImageOptions.list(factor));
  }

  /** Sets the limits of the saturation; a single one is the upper. By default it stays. */
  public RandomColorJitter saturationFactor(double... factor) {
    return with("saturationFactor", ImageOptions.list(factor));
  }

  /** Sets the limits of the hue; a single one is the upper. By default it stays. */
  public RandomColorJitter hueFactor(double... factor) {
    return with("hueFactor", ImageOptions.list(factor));
  }

  private RandomBrightness brightness() {
    return new RandomBrightness(args().brightnessFactor).valueRange(lowest(), highest());
  }

  private RandomContrast contrast() {
    return new RandomContrast(args().contrastFactor).valueRange(lowest(), highest());
  }

  private RandomSaturation saturation() {
    return new RandomSaturation(args().saturationFactor).valueRange(lowest(), highest());
  }

  private RandomHue hue() {
    return new RandomHue(args().hueFactor).valueRange(lowest(), highest());
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Arguments given = args();
    return new Drawn(
        given.brightnessFactor == null ? null : brightness().draw(images, key.foldIn(0)),
        given.contrastFactor == null ? null : contrast().draw(images, key.foldIn(1)),
        given.saturationFactor == null ? null : saturation().draw(images, key.foldIn(2)),
        given.hueFactor == null ? null : hue().draw(images, key.foldIn(3)));
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor y = images;
    y = drawn.brightness == null ? y : brightness().changed(y, drawn.brightness);
    y = drawn.contrast == null ? y : contrast().changed(y, drawn.contrast);
    y = drawn.saturation == null ? y : saturation().changed(y, drawn.saturation);
    return drawn.hue == null ? y : hue().changed(y, drawn.hue);
  }
}
