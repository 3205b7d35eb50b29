package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that brightens images and then inverts what is not below a threshold, in training; both
 * are drawn for each image, as parts of the range of values.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class Solarization
    extends ColorAugmentation<Solarization.Arguments, Solarization.Drawn, Solarization> {
  private static final String WHO = "Solarization";

  /**
   * The arguments of a {@link Solarization}.
   *
   * @param additionFactor limits of what is added, in [0, 1]; a single one is the upper
   * @param thresholdFactor limits of the threshold, in [0, 1]; a single one is the upper
   * @param valueRange the lowest and the highest value of pixels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> additionFactor,
      List<Double> thresholdFactor,
      List<Double> valueRange,
      Long seed,
      ImageLayout dataFormat)
      implements ColorAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      additionFactor = ImageOptions.limits(WHO, "additionFactor", additionFactor, 0, 1);
      thresholdFactor = ImageOptions.limits(WHO, "thresholdFactor", thresholdFactor, 0, 1);
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** What is added to values of bytes, and the threshold of these. */
  record Drawn(Tensor additions, Tensor thresholds) {}

  private Solarization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that inverts images. */
  public Solarization() {
    this(0, 0);
  }

  /** Makes a layer that draws from 0 up to factors. */
  public Solarization(double additionFactor, double thresholdFactor) {
    this(List.of(additionFactor), List.of(thresholdFactor));
  }

  /** Makes a layer that draws between lower and upper factors. */
  public Solarization(List<Double> additionFactor, List<Double> thresholdFactor) {
    this(
        new Arguments(
            additionFactor, thresholdFactor, ImageOptions.BYTES, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Drawn draw(Tensor images, RandomKey key) {
    return new Drawn(
        uniform(key.foldIn(0), images, args().additionFactor).mul(255),
        uniform(key.foldIn(1), images, args().thresholdFactor).mul(255));
  }

  @Override
  Tensor changed(Tensor images, Drawn drawn) {
    Tensor added = toBytes(images).add(drawn.additions.cast(images.dtype()));
    Tensor bytes = Maths.clip(added, 0, 255);
    Tensor below = bytes.less(drawn.thresholds.cast(images.dtype()));
    return ofBytes(Logic.where(below, bytes, bytes.neg().add(255)));
  }
}
