package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that puts rectangles of other images of a batch into images in training, and mixes the
 * labels in proportion to the areas.
 *
 * <p>The part of an image that stays is drawn from the beta distribution of {@code alpha} and
 * {@code alpha}, where {@code alpha} is drawn from the factors for a whole batch. Whole numbers
 * become floating-point ones. Images or labels of another rank, or of unknown height or width,
 * throw {@link IllegalArgumentException}.
 *
 * <p>S. Yun, D. Han, S. J. Oh, S. Chun, J. Choe, Y. Yoo, "CutMix: Regularization Strategy to Train
 * Strong Classifiers with Localizable Features", ICCV 2019.
 */
public final class CutMix extends BatchMixing<CutMix.Arguments, CutMix.Drawn, CutMix> {
  private static final String WHO = "CutMix";

  /** A number that keeps the parameter of the distribution from 0. */
  private static final double SMALL = 1e-6;

  /**
   * The arguments of a {@link CutMix}.
   *
   * @param factor limits of the parameter of the beta distribution, in [0, 1]; a single one is the
   *     upper
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Double> factor, Long seed, ImageLayout dataFormat)
      implements BatchMixing.Arguments {
    /** Checks the arguments. */
    public Arguments {
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** The numbers of the others, and the rectangle of each image that comes from them. */
  record Drawn(Tensor order, Box box) {}

  private CutMix(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that draws the parameter from {@code [0, 1]}. */
  public CutMix() {
    this(1);
  }

  /** Makes a layer that draws the parameter from {@code [0, factor]}. */
  public CutMix(double factor) {
    this(List.of(factor));
  }

  /** Makes a layer that draws the parameter between a lower and an upper one. */
  public CutMix(List<Double> factor) {
    this(new Arguments(factor, null, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public CutMix dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  private Tensor last(Tensor images) {
    return args().dataFormat.toLast(WHO, 2, images);
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Tensor pixels = last(images);
    double lower = args().factor.getFirst();
    double upper = args().factor.getLast();
    Tensor part = Randoms.uniform(key.foldIn(0), DType.FLOAT32, 0, 1);
    Tensor alpha = part.mul(upper - lower).add(lower + SMALL);
    Tensor each = ImageAugmentation.forEach(pixels).add(alpha);
    Tensor side = Maths.sqrt(Randoms.beta(key.foldIn(1), each, each).neg().add(1));
    return new Drawn(
        order(key.foldIn(2), pixels), Box.draw(WHO, key.foldIn(3), pixels, side, side));
  }

  @Override
  Tensor mixedImages(Tensor images, Drawn drawn) {
    Tensor pixels = last(images);
    Tensor others = Indexing.gather(pixels, drawn.order, 0);
    return args().dataFormat.ofLast(Logic.where(drawn.box.holds(pixels), others, pixels));
  }

  @Override
  Tensor mixedLabels(Tensor labels, Tensor images, Drawn drawn) {
    Tensor rest = drawn.box.partOf(last(images)).neg().add(1);
    return sharedLabels(labels, drawn.order, rest);
  }
}
