package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that makes images grey in training, each with a probability, and keeps their channels.
 *
 * <p>An image of another rank, or of other channels than red, green and blue, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomGrayscale
    extends ImageAugmentation<RandomGrayscale.Arguments, Tensor, RandomGrayscale> {
  private static final String WHO = "RandomGrayscale";

  /**
   * The arguments of a {@link RandomGrayscale}.
   *
   * @param factor probability with which an image becomes grey
   * @param dataFormat position of the channels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double factor, ImageLayout dataFormat, Long seed)
      implements ImageAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      if (!(factor >= 0 && factor <= 1)) {
        throw Refusal.of(WHO, "factor is a probability, in [0, 1]", factor, "give such a number");
      }
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomGrayscale(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that makes half of the images grey. */
  public RandomGrayscale() {
    this(0.5);
  }

  /** Makes a layer that makes images grey with a probability. */
  public RandomGrayscale(double factor) {
    this(new Arguments(factor, ImageLayout.CHANNELS_LAST, null));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, 0, 1).less(args().factor);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    return Logic.where(drawn, ImageColors.rgbToGrayscale(images), images);
  }
}
