package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that spreads the values of each channel evenly over the range, in training: each becomes
 * the part of the values that are not above it.
 *
 * <p>The values that are counted are those of all images of a batch, as in Keras; {@code batch(1)}
 * equalizes each image on its own. An image of another rank, or of an unknown number of channels,
 * throws {@link IllegalArgumentException}. There are no gradients.
 */
public final class Equalization extends ImageLayer<Equalization.Arguments, Equalization> {
  private static final String WHO = "Equalization";

  /**
   * The arguments of an {@link Equalization}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param bins number of values that are told apart
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Double> valueRange, int bins, ImageLayout dataFormat)
      implements ImageLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      ImageOptions.requirePositive(WHO, "bins", bins);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private Equalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of values from 0 to 255. */
  public Equalization() {
    this(ImageOptions.BYTES);
  }

  /** Makes a layer of values from the lowest to the highest. */
  public Equalization(List<Double> valueRange) {
    this(new Arguments(valueRange, 256, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the number of values that are told apart; by default 256. */
  public Equalization bins(int bins) {
    return with("bins", bins);
  }

  @Override
  protected Tensor call(Tensor x, boolean training) {
    return ofImages(floating(x), images -> training ? equalized(images) : images);
  }

  /** Returns images {@code [n, h, w, c]} that are equalized. */
  Tensor equalized(Tensor images) {
    Tensor bytes = ColorAugmentation.toBytes(images, args().valueRange).cast(DType.FLOAT32);
    Object[] channels = Joining.unstack(bytes, -1).stream().map(this::channel).toArray();
    Tensor equal = Joining.stack(-1, channels).cast(images.dtype());
    return ColorAugmentation.ofBytes(equal, args().valueRange);
  }

  private Tensor channel(Tensor bytes) {
    int bins = args().bins;
    Tensor ids = bin(bytes.mul(bins - 1).div(255)).reshape(-1);
    Tensor counts = Segments.unsortedSegmentSum(Creation.onesLike(ids), ids, bins);
    Tensor below = Cumulative.cumsum(counts, 0).cast(DType.FLOAT32);
    Tensor all = below.get(-1);
    Tensor least = Logic.where(below.greater(0), below, all).min();
    Tensor divisor = all.sub(least);
    Tensor one = divisor.equal(0);
    Tensor table = below.sub(least).mul(255).div(Logic.where(one, 1, divisor));
    Tensor values = Maths.clip(Maths.rint(table), 0, 255);
    Tensor equal = Indexing.gather(values, bin(bytes.div(255).mul(bins - 1)), 0);
    return Logic.where(one, bytes, equal);
  }

  private Tensor bin(Tensor values) {
    return Maths.clip(values, 0, args().bins - 1).cast(DType.INT32);
  }
}
