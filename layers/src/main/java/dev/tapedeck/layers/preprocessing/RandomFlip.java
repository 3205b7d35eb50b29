package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that flips images in training, each with probability 0.5.
 *
 * <p>With {@link Mode#HORIZONTAL_AND_VERTICAL} an image is flipped both ways, or not at all. An
 * image of another rank throws {@link IllegalArgumentException}.
 */
public final class RandomFlip extends ImageAugmentation<RandomFlip.Arguments, Tensor, RandomFlip> {
  private static final String WHO = "RandomFlip";

  /** The axes that are flipped. */
  public enum Mode {
    /** Left and right. */
    HORIZONTAL,
    /** Top and bottom. */
    VERTICAL,
    /** Both. */
    HORIZONTAL_AND_VERTICAL
  }

  /**
   * The arguments of a {@link RandomFlip}.
   *
   * @param mode axes that are flipped
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(Mode mode, Long seed, ImageLayout dataFormat)
      implements ImageAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      ImageOptions.requireGiven(WHO, "mode", mode, "Mode.HORIZONTAL");
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomFlip(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that flips both ways. */
  public RandomFlip() {
    this(Mode.HORIZONTAL_AND_VERTICAL);
  }

  /** Makes a layer that flips axes. */
  public RandomFlip(Mode mode) {
    this(new Arguments(mode, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, 0, 1).lessEqual(0.5);
  }

  @Override
  Tensor changed(Tensor images, Tensor drawn) {
    int[] axes =
        switch (args().mode) {
          case HORIZONTAL -> new int[] {2};
          case VERTICAL -> new int[] {1};
          case HORIZONTAL_AND_VERTICAL -> new int[] {1, 2};
        };
    return Logic.where(drawn, Rearranging.reverse(images, axes), images);
  }
}
