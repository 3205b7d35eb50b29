package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that fills a rectangle at a random place of images in training, with noise or a colour.
 *
 * <p>Width and height are each the square root of what is drawn from {@code scale}, as parts of the
 * image's. Noise is normal, times the highest value; what fills is clipped to the range of values.
 * An image of another rank, or of unknown height or width, throws {@link IllegalArgumentException}.
 *
 * <p>Z. Zhong, L. Zheng, G. Kang, S. Li, Y. Yang, "Random Erasing Data Augmentation", AAAI 2020.
 */
public final class RandomErasing
    extends ColorAugmentation<RandomErasing.Arguments, RandomErasing.Drawn, RandomErasing> {
  private static final String WHO = "RandomErasing";

  /**
   * The arguments of a {@link RandomErasing}.
   *
   * @param factor limits of the probability, in [0, 1]; a single one is the upper
   * @param scale limits of a rectangle's part of the image, in [0, 1]; a single one is the upper
   * @param fillValue value of pixels, or one for each channel; null for noise
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor,
      List<Double> scale,
      List<Double> fillValue,
      List<Double> valueRange,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      scale = ImageOptions.limits(WHO, "scale", scale, 0, 1);
      if (fillValue != null && fillValue.size() != 1 && fillValue.size() != 3) {
        throw Refusal.of(
            WHO, "fillValue is one number, or three", fillValue, "give one for each colour");
      }
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** Whether an image is changed, the rectangle, and the pixels that fill it. */
  record Drawn(Tensor applies, Box box, Tensor fill) {}

  private RandomErasing(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that fills a rectangle of half of the images. */
  public RandomErasing() {
    this(1);
  }

  /** Makes a layer that draws a probability from {@code [0, factor]}. */
  public RandomErasing(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a probability between a lower and an upper one. */
  public RandomErasing(List<Double> factor) {
    this(
        new Arguments(
            factor,
            List.of(0.02, 0.33),
            null,
            ImageOptions.BYTES,
            null,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets the limits of a rectangle's part of the image; by default 0.02 and 0.33. */
  public RandomErasing scale(double... scale) {
    return with("scale", ImageOptions.list(scale));
  }

  /** Sets the value of pixels that fill a rectangle, or one for each colour; by default noise. */
  public RandomErasing fillValue(double... fillValue) {
    return with("fillValue", ImageOptions.list(fillValue));
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor ofWidth = Maths.sqrt(uniform(key.foldIn(0), images, args().scale));
    Tensor ofHeight = Maths.sqrt(uniform(key.foldIn(1), images, args().scale));
    return new Drawn(
        chosen(key.foldIn(2), images, args().factor),
        Box.draw(WHO, key.foldIn(3), images, ofWidth, ofHeight),
        fill(images, key.foldIn(4)));
  }

  private Tensor fill(Tensor images, RandomKey key) {
    List<Double> given = args().fillValue;
    if (given == null) {
      return Randoms.normalLike(key, DType.FLOAT32, 0, 1, images).mul(highest());
    }
    return Casting.cast(given.stream().mapToDouble(one -> one).toArray(), DType.FLOAT32);
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor erased = Logic.logicalAnd(drawn.applies, drawn.box.holds(images));
    return Logic.where(erased, clipped(drawn.fill.cast(images.dtype())), images);
  }
}
