package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that shears images in training: rows move to the side in proportion to their distance
 * from the top, columns up or down in proportion to theirs from the left. Factors are drawn for
 * each image, and both turned to the other side with probability 0.5.
 *
 * <p>An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomShear
    extends AffineAugmentation<RandomShear.Arguments, AffineAugmentation.Pair, RandomShear> {
  private static final String WHO = "RandomShear";

  /**
   * The arguments of a {@link RandomShear}.
   *
   * @param xFactor limits of the way of a row for each below the first, in [-1, 1]; a single one is
   *     both limits
   * @param yFactor limits of the way of a column for each after the first
   * @param fillMode pixels beyond the edges
   * @param interpolation interpolation between pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param fillValue value of pixels beyond the edges with {@link FillMode#CONSTANT}
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> xFactor,
      List<Double> yFactor,
      FillMode fillMode,
      Interpolation interpolation,
      Long seed,
      double fillValue,
      ImageLayout dataFormat)
      implements AffineAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      xFactor = ImageOptions.limits(WHO, "xFactor", xFactor, -1, 1);
      yFactor = ImageOptions.limits(WHO, "yFactor", yFactor, -1, 1);
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.REFLECT");
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomShear(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that changes nothing. */
  public RandomShear() {
    this(0, 0);
  }

  /** Makes a layer of factors up to those given, either way. */
  public RandomShear(double xFactor, double yFactor) {
    this(List.of(xFactor), List.of(yFactor));
  }

  /** Makes a layer of factors between lower and upper ones. */
  public RandomShear(List<Double> xFactor, List<Double> yFactor) {
    this(
        new Arguments(
            xFactor,
            yFactor,
            FillMode.REFLECT,
            Interpolation.BILINEAR,
            null,
            0,
            ImageLayout.CHANNELS_LAST));
  }

  @Override
  AffineAugmentation.Pair draw(Tensor images, RandomKey key) {
    Tensor back = uniform(key.foldIn(0), images, 0, 1).greater(0.5);
    Tensor side = Logic.where(back, -1, 1).cast(DType.FLOAT32);
    return new Pair(
        uniform(key.foldIn(1), images, args().xFactor).mul(side),
        uniform(key.foldIn(2), images, args().yFactor).mul(side));
  }

  @Override
  Tensor transforms(AffineAugmentation.Pair drawn, int height, int width) {
    return transforms(drawn.x(), 1, drawn.x(), 0, drawn.y(), 1, 0);
  }
}
