package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that makes what images show larger or smaller in training, by factors drawn for each.
 *
 * <p>An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomZoom
    extends AffineAugmentation<RandomZoom.Arguments, AffineAugmentation.Pair, RandomZoom> {
  private static final String WHO = "RandomZoom";

  /**
   * The arguments of a {@link RandomZoom}.
   *
   * @param heightFactor limits of what the shown part of the height gains, in [-1, 1]; a single one
   *     is both limits. A positive one makes what is shown smaller
   * @param widthFactor the same of the width; null for what is drawn for the height
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
      if (widthFactor != null) {
        widthFactor = ImageOptions.limits(WHO, "widthFactor", widthFactor, -1, 1);
      }
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.REFLECT");
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomZoom(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that keeps the ratio of the sizes, of up to a factor either way. */
  public RandomZoom(double heightFactor) {
    this(List.of(heightFactor), null);
  }

  /** Makes a layer that changes height and width by up to factors either way. */
  public RandomZoom(double heightFactor, double widthFactor) {
    this(List.of(heightFactor), List.of(widthFactor));
  }

  /** Makes a layer that keeps the ratio of the sizes, of a lower and an upper factor. */
  public RandomZoom(List<Double> heightFactor) {
    this(heightFactor, null);
  }

  /** Makes a layer that changes height and width by factors between lower and upper ones. */
  public RandomZoom(List<Double> heightFactor, List<Double> widthFactor) {
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
    Tensor y = uniform(key.foldIn(0), images, args().heightFactor).add(1);
    List<Double> ofWidth = args().widthFactor;
    return new Pair(ofWidth == null ? y : uniform(key.foldIn(1), images, ofWidth).add(1), y);
  }

  @Override
  Tensor transforms(AffineAugmentation.Pair drawn, int height, int width) {
    Tensor left = drawn.x().neg().add(1).mul((width - 1) / 2.0);
    Tensor top = drawn.y().neg().add(1).mul((height - 1) / 2.0);
    return transforms(drawn.x(), drawn.x(), 0, left, 0, drawn.y(), top);
  }
}
