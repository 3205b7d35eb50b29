package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that moves images down and to the right in training, by distances drawn for each.
 *
 * <p>An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomTranslation
    extends AffineAugmentation<
        RandomTranslation.Arguments, AffineAugmentation.Pair, RandomTranslation> {
  private static final String WHO = "RandomTranslation";

  /**
   * The arguments of a {@link RandomTranslation}.
   *
   * @param heightFactor limits of the way down, as a part of the height, in [-1, 1]; a single one
   *     is both limits
   * @param widthFactor limits of the way to the right, as a part of the width
   * @param fillMode pixels beyond the edges
   * @param interpolation interpolation between pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param fillValue value of pixels beyond the edges with {@link FillMode#CONSTANT}
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> heightFactor,
      List<Double> widthFactor,
      FillMode fillMode,
      Interpolation interpolation,
      Long seed,
      double fillValue,
      ImageLayout dataFormat)
      implements AffineAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      heightFactor = ImageOptions.limits(WHO, "heightFactor", heightFactor, -1, 1);
      widthFactor = ImageOptions.limits(WHO, "widthFactor", widthFactor, -1, 1);
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.REFLECT");
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomTranslation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that moves images by up to parts of their sizes, either way. */
  public RandomTranslation(double heightFactor, double widthFactor) {
    this(List.of(heightFactor), List.of(widthFactor));
  }

  /** Makes a layer that moves images by parts of their sizes between lower and upper ones. */
  public RandomTranslation(List<Double> heightFactor, List<Double> widthFactor) {
    this(
        new Arguments(
            heightFactor,
            widthFactor,
            FillMode.REFLECT,
            Interpolation.BILINEAR,
            null,
            0,
            ImageLayout.CHANNELS_LAST));
  }

  @Override
  AffineAugmentation.Pair draw(Tensor images, RandomKey key) {
    int[] sizes = Resizing.sizes(WHO, images);
    Tensor y = uniform(key.foldIn(0), images, args().heightFactor).mul(sizes[0]);
    return new Pair(uniform(key.foldIn(1), images, args().widthFactor).mul(sizes[1]), y);
  }

  @Override
  Tensor transforms(AffineAugmentation.Pair drawn, int height, int width) {
    return transforms(drawn.x(), 1, 0, drawn.x().neg(), 0, 1, drawn.y().neg());
  }
}
