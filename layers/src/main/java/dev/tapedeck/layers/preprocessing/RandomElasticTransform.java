package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that distorts images in training, as on a sheet that is stretched here and there: each
 * pixel moves by noise that is smoothed.
 *
 * <p>With {@code f} drawn from {@code scale} for a whole batch, the noise is normal, of a standard
 * deviation of {@code sigma = 0.05 f min(h, w)} pixels, blurred by as much, and multiplied by
 * {@code 0.1 f max(h, w)}. Noise along width and height is drawn independently. An image of another
 * rank, or of unknown height or width, throws {@link IllegalArgumentException}.
 *
 * <p>P. Simard, D. Steinkraus, J. Platt, "Best Practices for Convolutional Neural Networks Applied
 * to Visual Document Analysis", ICDAR 2003.
 */
public final class RandomElasticTransform
    extends ColorAugmentation<
        RandomElasticTransform.Arguments, RandomElasticTransform.Drawn, RandomElasticTransform> {
  private static final String WHO = "RandomElasticTransform";

  /** The standard deviation of the noise, as a part of the smaller size. */
  private static final double SIGMA = 0.05;

  /** The factor of the noise, as a part of the larger size. */
  private static final double ALPHA = 0.1;

  /**
   * The arguments of a {@link RandomElasticTransform}.
   *
   * @param factor limits of the probability, in [0, 1]; a single one is the upper
   * @param scale limits of the strength, in [0, 1]; a single one is the upper
   * @param interpolation interpolation between pixels
   * @param fillMode pixels beyond the edges
   * @param fillValue value of pixels beyond the edges with {@link FillMode#CONSTANT}
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> factor,
      List<Double> scale,
      Interpolation interpolation,
      FillMode fillMode,
      double fillValue,
      List<Double> valueRange,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      scale = ImageOptions.limits(WHO, "scale", scale, 0, 1);
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.REFLECT");
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** Whether an image is changed, the strength, a scalar, and noise {@code [n, h, w, 1]}. */
  record Drawn(Tensor applies, Tensor strength, Tensor noiseOfX, Tensor noiseOfY) {}

  private RandomElasticTransform(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that changes half of the images. */
  public RandomElasticTransform() {
    this(1);
  }

  /** Makes a layer that draws a probability from {@code [0, factor]}. */
  public RandomElasticTransform(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a probability between a lower and an upper one. */
  public RandomElasticTransform(List<Double> factor) {
    this(
        new Arguments(
            factor,
            List.of(1.0),
            Interpolation.BILINEAR,
            FillMode.REFLECT,
            0,
            ImageOptions.BYTES,
            null,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets the limits of the strength; a single one, by default 1, is the upper. */
  public RandomElasticTransform scale(double... scale) {
    return with("scale", ImageOptions.list(scale));
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#BILINEAR}. */
  public RandomElasticTransform interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  /** Sets the pixels beyond the edges; by default {@link FillMode#REFLECT}. */
  public RandomElasticTransform fillMode(FillMode fillMode) {
    return with("fillMode", fillMode);
  }

  /** Sets the value of pixels beyond the edges with {@link FillMode#CONSTANT}; by default 0. */
  public RandomElasticTransform fillValue(double fillValue) {
    return with("fillValue", fillValue);
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor pixels = images.get(Index.ELLIPSIS, Index.to(1));
    double lower = args().scale.getFirst();
    double upper = args().scale.getLast();
    return new Drawn(
        chosen(key.foldIn(0), images, args().factor),
        Randoms.uniform(key.foldIn(1), DType.FLOAT32, 0, 1).mul(upper - lower).add(lower),
        Randoms.normalLike(key.foldIn(2), DType.FLOAT32, 0, 1, pixels),
        Randoms.normalLike(key.foldIn(3), DType.FLOAT32, 0, 1, pixels));
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    int[] sizes = Resizing.sizes(WHO, images);
    Tensor alpha = drawn.strength.mul(ALPHA).mul(Math.max(sizes[0], sizes[1]));
    Tensor sigma = drawn.strength.mul(SIGMA).mul(Math.min(sizes[0], sizes[1]));
    Tensor weights = weights(sigma, Math.min(sizes[0], sizes[1]));
    Tensor x = Creation.range(0, sizes[1], 1, DType.FLOAT32).reshape(1, 1, sizes[1]);
    Tensor y = Creation.range(0, sizes[0], 1, DType.FLOAT32).reshape(1, sizes[0], 1);
    Tensor distorted =
        ImageTransforms.mapCoordinates(
            images,
            y.add(smooth(drawn.noiseOfY.mul(sigma), weights).mul(alpha)),
            x.add(smooth(drawn.noiseOfX.mul(sigma), weights).mul(alpha)),
            args().interpolation,
            args().fillMode,
            args().fillValue);
    return clipped(Logic.where(drawn.applies, distorted, images));
  }

  /**
   * Returns the weights of a mean of noise. They reach as far as three times the whole part of the
   * standard deviation, at most that of the largest strength: their number must be known before.
   */
  private Tensor weights(Tensor sigma, int size) {
    int reach = 3 * (int) (size * SIGMA * args().scale.getLast() + 1e-6);
    Tensor at = Creation.range(-reach, reach + 1, 1, DType.FLOAT32);
    Tensor deviation = Maths.maximum(sigma, 1e-6f);
    Tensor weights = Maths.exp(Maths.square(at.div(deviation)).mul(-0.5));
    Tensor near = at.abs().lessEqual(Maths.floor(sigma).mul(3));
    Tensor reaching = Logic.where(near, weights, 0);
    return reaching.div(reaching.sum());
  }

  private static Tensor smooth(Tensor noise, Tensor weights) {
    Tensor down = weights.reshape(-1, 1, 1, 1);
    Tensor across = weights.reshape(1, -1, 1, 1);
    Tensor rows = Convolution.conv2d(noise, down, 1, Padding.SAME);
    return Shaping.squeeze(Convolution.conv2d(rows, across, 1, Padding.SAME), -1);
  }
}
