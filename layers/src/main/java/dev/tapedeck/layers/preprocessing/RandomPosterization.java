package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that keeps the highest bits of values alone in training; their number is drawn for each
 * image. Values are taken as bytes, without fractions.
 *
 * <p>The number is drawn from {@code [lower, upper)}, and is theirs if both are equal. An image of
 * another rank throws {@link IllegalArgumentException}. There are no gradients.
 */
public final class RandomPosterization
    extends ColorAugmentation<RandomPosterization.Arguments, Tensor, RandomPosterization> {
  private static final String WHO = "RandomPosterization";

  /** The number of bits of a byte. */
  private static final int BITS = 8;

  /**
   * The arguments of a {@link RandomPosterization}.
   *
   * @param factor limits of the number of bits, in [1, 8]; a single one is the upper
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Integer> factor, List<Double> valueRange, Long seed, ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      List<Double> numbers = factor.stream().map(Integer::doubleValue).toList();
      factor =
          ImageOptions.limits(WHO, "factor", numbers, 1, BITS).stream()
              .map(Double::intValue)
              .toList();
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomPosterization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that keeps fewer bits than a number, or 1. */
  public RandomPosterization(int factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a number of bits between a lower and an upper one. */
  public RandomPosterization(List<Integer> factor) {
    this(new Arguments(factor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  /** Returns the number of bits that are dropped, float32. */
  @Override
  Tensor draw(Tensor images, RandomKey key) {
    int lower = args().factor.getFirst();
    int upper = args().factor.getLast();
    return Maths.floor(uniform(key, images, lower, upper)).neg().add(BITS);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    Tensor step = Maths.exp2(drawn).cast(images.dtype());
    Tensor bytes = Maths.floor(Maths.clip(toBytes(images), 0, 255));
    return ofBytes(Maths.floor(bytes.div(step)).mul(step));
  }
}
