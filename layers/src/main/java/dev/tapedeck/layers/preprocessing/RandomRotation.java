package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that turns images about their middle in training, by an angle that is drawn for each.
 *
 * <p>An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomRotation
    extends AffineAugmentation<RandomRotation.Arguments, Tensor, RandomRotation> {
  private static final String WHO = "RandomRotation";

  /**
   * The arguments of a {@link RandomRotation}.
   *
   * @param factor limits of the angle, as a part of a whole turn, in [-1, 1]; a single one is both
   *     limits. A positive angle turns counterclockwise
   * @param fillMode pixels beyond the edges
   * @param interpolation interpolation between pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param fillValue value of pixels beyond the edges with {@link FillMode#CONSTANT}
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor,
      FillMode fillMode,
      Interpolation interpolation,
      Long seed,
      double fillValue,
      ImageLayout dataFormat)
      implements AffineAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, -1, 1);
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.REFLECT");
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private RandomRotation(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that turns by up to a part of a whole turn, either way. */
  public RandomRotation(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that turns by an angle between a lower and an upper one. */
  public RandomRotation(List<Double> factor) {
    this(
        new Arguments(
            factor, FillMode.REFLECT, Interpolation.BILINEAR, null, 0, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor draw(Tensor images, RandomKey key) {
    return uniform(key, images, args().factor);
  }

  @Override
  Tensor transforms(Tensor drawn, int height, int width) {
    Tensor angle = drawn.mul(2 * Math.PI);
    Tensor cos = Maths.cos(angle);
    Tensor sin = Maths.sin(angle);
    double x = (width - 1) / 2.0;
    double y = (height - 1) / 2.0;
    Tensor left = cos.mul(-x).add(sin.mul(y)).add(x);
    Tensor top = sin.mul(-x).add(cos.mul(-y)).add(y);
    return transforms(drawn, cos, sin.neg(), left, sin, cos, top);
  }
}
