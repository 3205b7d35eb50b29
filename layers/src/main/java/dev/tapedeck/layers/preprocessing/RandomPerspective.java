package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that distorts images in training as if they were seen from elsewhere: the corners move,
 * each coordinate by a part of itself that is drawn.
 *
 * <p>An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomPerspective
    extends ImageAugmentation<
        RandomPerspective.Arguments, RandomPerspective.Drawn, RandomPerspective> {
  private static final String WHO = "RandomPerspective";

  /**
   * The arguments of a {@link RandomPerspective}.
   *
   * @param factor limits of the probability, in [0, 1]; a single one is the upper
   * @param scale twice the largest part by which a coordinate of a corner grows or shrinks, in [0,
   *     1]
   * @param interpolation interpolation between pixels
   * @param fillValue value of pixels beyond the edges
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor,
      double scale,
      Interpolation interpolation,
      double fillValue,
      Long seed,
      ImageLayout dataFormat)
      implements ImageAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      if (!(scale >= 0 && scale <= 1)) {
        throw Refusal.of(WHO, "scale is a number in [0, 1]", scale, "give such a number");
      }
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** Whether an image is changed, and where its corners come, {@code [n, 4, 2]}. */
  record Drawn(Tensor applies, Tensor endPoints) {}

  private RandomPerspective(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that changes half of the images. */
  public RandomPerspective() {
    this(1);
  }

  /** Makes a layer that draws a probability from {@code [0, factor]}. */
  public RandomPerspective(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a probability between a lower and an upper one. */
  public RandomPerspective(List<Double> factor) {
    this(new Arguments(factor, 1, Interpolation.BILINEAR, 0, null, ImageLayout.CHANNELS_LAST));
  }

  /** Sets how far corners move; by default 1. */
  public RandomPerspective scale(double scale) {
    return with("scale", scale);
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#BILINEAR}. */
  public RandomPerspective interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  /** Sets the value of pixels beyond the edges; by default 0. */
  public RandomPerspective fillValue(double fillValue) {
    return with("fillValue", fillValue);
  }

  private static Tensor corners(Tensor images) {
    int[] sizes = Resizing.sizes(WHO, images);
    float right = sizes[1] - 1;
    float bottom = sizes[0] - 1;
    return Tensor.of(new float[] {0, 0, right, 0, 0, bottom, right, bottom}, 1, 4, 2);
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor corners = corners(images);
    Tensor each = corners.add(forEach(images).reshape(-1, 1, 1));
    Tensor part = Randoms.uniformLike(key.foldIn(0), DType.FLOAT32, each).sub(0.5);
    Tensor moved = corners.add(corners.mul(part.mul(args().scale)));
    return new Drawn(chosen(key.foldIn(1), images, args().factor), moved);
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor start = corners(images).add(Creation.zerosLike(drawn.endPoints));
    Tensor distorted =
        ImageTransforms.perspectiveTransform(
            images, start, drawn.endPoints, args().interpolation, args().fillValue);
    return Logic.where(drawn.applies, distorted, images);
  }
}
