package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that blurs images in training; see {@link Images#gaussianBlur}. The standard deviations
 * along width and height are drawn for a whole batch.
 *
 * <p>An image of another rank, or of an unknown number of channels, throws {@link
 * IllegalArgumentException}.
 */
public final class RandomGaussianBlur
    extends ColorAugmentation<
        RandomGaussianBlur.Arguments, RandomGaussianBlur.Drawn, RandomGaussianBlur> {
  private static final String WHO = "RandomGaussianBlur";

  /** A number that keeps standard deviations from 0. */
  private static final double SMALL = 1e-6;

  /**
   * The arguments of a {@link RandomGaussianBlur}.
   *
   * @param factor limits of the probability, in [0, 1]; a single one is the upper
   * @param kernelSize numbers of rows and columns of which a mean is made, odd
   * @param sigma limits of the standard deviations, in pixels, in [0, 100]; a single one is the
   *     upper
   * @param valueRange the lowest and the highest value of pixels
   * @param dataFormat position of the channels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(
      List<Double> factor,
      List<Integer> kernelSize,
      List<Double> sigma,
      List<Double> valueRange,
      ImageLayout dataFormat,
      Long seed)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      if (kernelSize.size() == 1) {
        kernelSize = List.of(kernelSize.getFirst(), kernelSize.getFirst());
      }
      if (kernelSize.size() != 2 || kernelSize.stream().anyMatch(one -> one < 1 || one % 2 == 0)) {
        throw Refusal.of(WHO, "kernelSize is odd", kernelSize, "give one such number, or two");
      }
      sigma = ImageOptions.limits(WHO, "sigma", sigma, 0, 100);
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** Whether an image is changed, and the standard deviations, scalars. */
  record Drawn(Tensor applies, Tensor sigmaOfWidth, Tensor sigmaOfHeight) {}

  private RandomGaussianBlur(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that blurs half of the images. */
  public RandomGaussianBlur() {
    this(1);
  }

  /** Makes a layer that draws a probability from {@code [0, factor]}. */
  public RandomGaussianBlur(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws a probability between a lower and an upper one. */
  public RandomGaussianBlur(List<Double> factor) {
    this(
        new Arguments(
            factor, List.of(3), List.of(1.0), ImageOptions.BYTES, ImageLayout.CHANNELS_LAST, null));
  }

  /** Sets the numbers of rows and columns of which a mean is made, odd; by default 3. */
  public RandomGaussianBlur kernelSize(int... kernelSize) {
    return with("kernelSize", ImageOptions.list(kernelSize));
  }

  /** Sets the limits of the standard deviations; a single one, by default 1, is the upper. */
  public RandomGaussianBlur sigma(double... sigma) {
    return with("sigma", ImageOptions.list(sigma));
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    return new Drawn(
        chosen(key.foldIn(0), images, args().factor), sigma(key.foldIn(1)), sigma(key.foldIn(2)));
  }

  private Tensor sigma(RandomKey key) {
    double lower = args().sigma.getFirst();
    double upper = args().sigma.getLast();
    Tensor part = Randoms.uniform(key, DType.FLOAT32, 0, 1);
    return part.mul(upper - lower).add(lower + SMALL);
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    int height = args().kernelSize.getFirst();
    int width = args().kernelSize.getLast();
    Tensor blurred =
        Images.gaussianBlur(images, height, width, drawn.sigmaOfHeight, drawn.sigmaOfWidth);
    return clipped(Logic.where(drawn.applies, blurred, images));
  }
}
