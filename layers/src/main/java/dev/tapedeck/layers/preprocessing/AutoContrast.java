package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that stretches the values of each channel of an image to the whole range, in training and
 * inference: {@code y = (x - min) / (max - min)}, in the range of values. A channel of one value
 * stays as it is.
 *
 * <p>An image of another rank throws {@link IllegalArgumentException}.
 */
public final class AutoContrast extends ImageLayer<AutoContrast.Arguments, AutoContrast> {
  private static final String WHO = "AutoContrast";

  /**
   * The arguments of an {@link AutoContrast}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Double> valueRange, ImageLayout dataFormat)
      implements ImageLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private AutoContrast(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of values from 0 to 255. */
  public AutoContrast() {
    this(ImageOptions.BYTES);
  }

  /** Makes a layer of values from the lowest to the highest. */
  public AutoContrast(List<Double> valueRange) {
    this(new Arguments(valueRange, ImageLayout.CHANNELS_LAST));
  }

  @Override
  protected Tensor call(Tensor x) {
    return ofImages(floating(x), this::stretched);
  }

  /** Returns images {@code [n, h, w, c]} that are stretched. */
  Tensor stretched(Tensor images) {
    Tensor bytes = ColorAugmentation.toBytes(images, args().valueRange);
    Tensor low = Reductions.min(bytes, true, 1, 2);
    Tensor range = Reductions.max(bytes, true, 1, 2).sub(low);
    Tensor flat = range.equal(0);
    Tensor scale = Maths.reciprocal(Logic.where(flat, 1, range)).mul(255);
    Tensor wide = Maths.clip(bytes.mul(scale).sub(low.mul(scale)), 0, 255);
    return Logic.where(flat, images, ColorAugmentation.ofBytes(wide, args().valueRange));
  }
}
