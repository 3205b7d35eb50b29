package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.PadMode;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that spreads the values of each channel evenly over the range, tile by tile and not too
 * much, in training and inference; pixels between the middles of tiles are interpolated.
 *
 * <p>In the histogram of a tile, what is above {@code clipLimit} times the mean is shared among all
 * 256 values. Images are padded to whole tiles by mirroring. An image of another rank, of unknown
 * height, width or channels, or too small to be mirrored, throws {@link IllegalArgumentException}.
 * There are no gradients.
 *
 * <p>K. Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV, 1994.
 */
public final class ContrastLimitedAdaptiveHistogramEqualization
    extends ImageLayer<
        ContrastLimitedAdaptiveHistogramEqualization.Arguments,
        ContrastLimitedAdaptiveHistogramEqualization> {
  private static final String WHO = "ContrastLimitedAdaptiveHistogramEqualization";

  /** The number of values that are told apart. */
  private static final int BINS = 256;

  /**
   * The arguments of a {@link ContrastLimitedAdaptiveHistogramEqualization}.
   *
   * @param valueRange the lowest and the highest value of pixels
   * @param clipLimit largest height of a histogram, as a multiple of its mean; 0 for no limit
   * @param tileGridSize numbers of tiles along height and width
   * @param dataFormat position of the channels
   */
  public record Arguments(
      List<Double> valueRange, double clipLimit, List<Integer> tileGridSize, ImageLayout dataFormat)
      implements ImageLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      valueRange = ImageOptions.valueRange(WHO, valueRange);
      if (tileGridSize.size() != 2 || tileGridSize.stream().anyMatch(one -> one < 1)) {
        throw Refusal.of(
            WHO,
            "tileGridSize is two numbers of 1 or more",
            tileGridSize,
            "give those along height and width");
      }
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private ContrastLimitedAdaptiveHistogramEqualization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of 8 x 8 tiles of values from 0 to 255. */
  public ContrastLimitedAdaptiveHistogramEqualization() {
    this(new Arguments(ImageOptions.BYTES, 4, List.of(8, 8), ImageLayout.CHANNELS_LAST));
  }

  /** Sets the lowest and the highest value of pixels; by default 0 and 255. */
  public ContrastLimitedAdaptiveHistogramEqualization valueRange(double... valueRange) {
    return with("valueRange", ImageOptions.list(valueRange));
  }

  /** Sets the largest height of a histogram, as a multiple of its mean; by default 4. */
  public ContrastLimitedAdaptiveHistogramEqualization clipLimit(double clipLimit) {
    return with("clipLimit", clipLimit);
  }

  /** Sets the numbers of tiles along height and width; by default 8 each. */
  public ContrastLimitedAdaptiveHistogramEqualization tileGridSize(int... tileGridSize) {
    return with("tileGridSize", ImageOptions.list(tileGridSize));
  }

  @Override
  protected Tensor call(Tensor x) {
    return ofImages(floating(x), this::equalized);
  }

  private Tensor equalized(Tensor images) {
    int[] sizes = Resizing.sizes(WHO, images);
    if (images.shape().size(3) == Shape.UNKNOWN) {
      throw Refusal.of(
          WHO, "needs a known number of channels", images.shape(), "give it in the signature");
    }
    Tiles down = new Tiles(sizes[0], args().tileGridSize.getFirst());
    Tiles across = new Tiles(sizes[1], args().tileGridSize.getLast());
    Tensor bytes = ColorAugmentation.toBytes(images.cast(DType.FLOAT32), args().valueRange);
    int[][] paddings = {{0, 0}, {0, down.padding()}, {0, across.padding()}, {0, 0}};
    Tensor values = Rearranging.pad(bytes, paddings, PadMode.SYMMETRIC);
    values = Maths.clip(values, 0, BINS - 1).cast(DType.INT32);
    Tensor equal = interpolated(values, tables(values, down, across), down, across);
    Tensor inside = equal.get(Index.ALL, Index.to(sizes[0]), Index.to(sizes[1]));
    return ColorAugmentation.ofBytes(inside, args().valueRange).cast(images.dtype());
  }

  /** Returns the new values of each old one, {@code [n, rows, columns, c, 256]}. */
  private Tensor tables(Tensor values, Tiles down, Tiles across) {
    long channels = values.shape().size(3);
    int area = down.size() * across.size();
    Tensor tiles =
        values.reshape(-1, down.count, down.size(), across.count, across.size(), channels);
    tiles = Shaping.transpose(tiles, 0, 1, 3, 5, 2, 4);
    tiles = tiles.reshape(-1, down.count, across.count, channels, area);
    Tensor counts = Indexing.oneHot(tiles, BINS, DType.FLOAT32).sum(-2);
    if (args().clipLimit > 0) {
      Tensor clipped = Maths.minimum(counts, args().clipLimit * area / BINS);
      Tensor excess = Reductions.sum(counts.sub(clipped), true, -1);
      counts = clipped.add(excess.div(BINS));
    }
    Tensor below = Cumulative.cumsum(counts, -1);
    Tensor least = Reductions.min(below, true, -1);
    Tensor divisor = least.neg().add(area);
    Tensor table = below.sub(least).mul(255).div(Logic.where(divisor.equal(0), 1, divisor));
    return Maths.clip(table, 0, 255);
  }

  private static Tensor interpolated(Tensor values, Tensor tables, Tiles down, Tiles across) {
    Tensor table = tables.reshape(-1);
    int channels = (int) values.shape().size(3);
    Tensor one = Creation.onesLike(values.get(Index.ALL, 0, 0, 0));
    Tensor image = Cumulative.cumsum(one, 0).sub(1).reshape(-1, 1, 1, 1);
    Tensor channel = Creation.range(0, channels, 1, DType.INT32).mul(BINS).add(values);
    Tensor sum = null;
    for (int row = 0; row < 2; row++) {
      Tensor y = Shaping.reshape(Tensor.of(down.tiles(row)), 1, -1, 1, 1);
      Tensor weightOfY = Shaping.reshape(Tensor.of(down.weights(row)), 1, -1, 1, 1);
      Tensor firstOfRow = image.mul(down.count).add(y).mul(across.count);
      for (int column = 0; column < 2; column++) {
        Tensor x = Shaping.reshape(Tensor.of(across.tiles(column)), 1, 1, -1, 1);
        Tensor weightOfX = Shaping.reshape(Tensor.of(across.weights(column)), 1, 1, -1, 1);
        Tensor first = firstOfRow.add(x).mul(channels * BINS);
        Tensor part = Indexing.gather(table, first.add(channel), 0);
        part = part.mul(weightOfX).mul(weightOfY);
        sum = sum == null ? part : sum.add(part);
      }
    }
    return sum;
  }

  /** The tiles along an axis of a length. */
  private record Tiles(int length, int count) {
    int size() {
      return (length + count - 1) / count;
    }

    int padding() {
      return size() * count - length;
    }

    /** Returns where each pixel lies, in tiles from the middle of the first. */
    private float place(int pixel) {
      return (pixel - size() / 2f) / size();
    }

    /** Returns for each pixel the tile before it, or the one behind. */
    int[] tiles(int next) {
      int[] tiles = new int[size() * count];
      for (int i = 0; i < tiles.length; i++) {
        tiles[i] = Math.clamp((int) Math.floor(place(i)) + next, 0, count - 1);
      }
      return tiles;
    }

    /** Returns the weights of these tiles. */
    float[] weights(int next) {
      float[] weights = new float[size() * count];
      for (int i = 0; i < weights.length; i++) {
        float behind = place(i) - (float) Math.floor(place(i));
        weights[i] = next == 1 ? behind : 1 - behind;
      }
      return weights;
    }
  }
}
