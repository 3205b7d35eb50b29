package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that crops images at a random place in training, the same for a whole batch: {@code [n,
 * h, w, c]} gives {@code [n, height, width, c]}.
 *
 * <p>In inference, and of images that are smaller, the largest part in the middle of the ratio of
 * {@code height} and {@code width} is resized. An image of another rank, or of unknown height or
 * width, throws {@link IllegalArgumentException}.
 */
public final class RandomCrop
    extends ImageAugmentation<RandomCrop.Arguments, RandomCrop.Corner, RandomCrop> {
  private static final String WHO = "RandomCrop";

  /**
   * The arguments of a {@link RandomCrop}.
   *
   * @param height number of rows
   * @param width number of columns
   * @param seed seed of a generator of the layer's own; null for the process's generator
   * @param dataFormat position of the channels
   */
  public record Arguments(int height, int width, Long seed, ImageLayout dataFormat)
      implements ImageAugmentation.Arguments {
    /** Checks the arguments. */
    public Arguments {
      ImageOptions.requirePositive(WHO, "height", height);
      ImageOptions.requirePositive(WHO, "width", width);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  /** The first row and column that stay, int32 scalars. */
  record Corner(Tensor top, Tensor left) {}

  private RandomCrop(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that crops to a height and a width. */
  public RandomCrop(int height, int width) {
    this(new Arguments(height, width, null, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor inference(Tensor x) {
    return ofImages(x, this::resized);
  }

  private Tensor resized(Tensor images) {
    Tensor part = Resizing.cropped(WHO, images, args().height, args().width);
    return Images.resizeBilinear(part, args().height, args().width);
  }

  private boolean fits(int[] sizes) {
    return sizes[0] >= args().height && sizes[1] >= args().width;
  }

  @Override
  Corner draw(Tensor images, RandomKey key) {
    int[] sizes = Resizing.sizes(WHO, images);
    return fits(sizes)
        ? new Corner(
            Randoms.randint(key.foldIn(0), 0, sizes[0] - args().height + 1),
            Randoms.randint(key.foldIn(1), 0, sizes[1] - args().width + 1))
        : null;
  }

  @Override
  Tensor changed(Tensor images, Corner drawn) {
    if (drawn == null) {
      return resized(images);
    }
    Tensor rows = Indexing.gather(images, from(drawn.top, args().height), 1);
    return Indexing.gather(rows, from(drawn.left, args().width), 2);
  }

  private static Tensor from(Tensor first, int count) {
    return Creation.range(0, count, 1, DType.INT32).add(first);
  }
}
