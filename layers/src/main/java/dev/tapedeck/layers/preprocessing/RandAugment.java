package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A layer that changes images in training by some of eleven changes, one after the other: shear,
 * translation, rotation, posterization, solarization, automatic contrast, equalization, brightness,
 * colour degeneration, contrast and sharpness.
 *
 * <p>Which ones is drawn for a whole batch, what they draw themselves for each image. An image of
 * another rank, or of unknown height or width, throws {@link IllegalArgumentException}.
 *
 * <p>E. Cubuk, B. Zoph, J. Shlens, Q. Le, "RandAugment: Practical Automated Data Augmentation with
 * a Reduced Search Space", CVPR 2020.
 */
public final class RandAugment
    extends ColorAugmentation<RandAugment.Arguments, RandAugment.Drawn, RandAugment> {
  private static final String WHO = "RandAugment";

  /**
   * The arguments of a {@link RandAugment}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param numOps number of changes, one after the other
   * @param factor limits of the strength of changes, in [0, 1]; a single one is the upper
   * @param interpolation interpolation between pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> valueRange,
      int numOps,
      List<Double> factor,
      Interpolation interpolation,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requirePositive(WHO, "numOps", numOps);
      factor = ImageOptions.limits(WHO, "factor", factor, 0, 1);
      ImageOptions.requireLinear(WHO, interpolation);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** The numbers of the changes that are made, int32 {@code [numOps]}, and all changes. */
  record Drawn(Tensor numbers, List<UnaryOperator<Tensor>> changes) {}

  private RandAugment(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of two changes of strengths up to 0.5. */
  public RandAugment() {
    this(
        new Arguments(
            ImageOptions.BYTES,
            2,
            List.of(0.5),
            Interpolation.BILINEAR,
            null,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets the number of changes, one after the other; by default 2. */
  public RandAugment numOps(int numOps) {
    return with("numOps", numOps);
  }

  /** Sets the limits of the strength of changes; a single one, by default 0.5, is the upper. */
  public RandAugment factor(double... factor) {
    return with("factor", ImageOptions.list(factor));
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#BILINEAR}. */
  public RandAugment interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    Policy policy = new Policy(args().factor, args().valueRange, args().interpolation, true);
    return new Drawn(
        Randoms.randint(key.foldIn(0), 0, policy.size(), args().numOps),
        policy.draw(images, key.foldIn(1)));
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor changed = images;
    for (int i = 0; i < args().numOps; i++) {
      changed = Policy.changed(changed, drawn.numbers.get(i), drawn.changes);
    }
    return changed;
  }
}
