package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that resizes images to {@code height} and {@code width}, in training and inference.
 *
 * <p>Images {@code [n, h, w, c]} give {@code [n, height, width, c]}. The aspect ratio changes with
 * the sizes, unless what does not fit is cropped, evenly on both sides, or the image is padded
 * first. Whole numbers stay so, rounded. An image of another rank, or of unknown height or width,
 * throws {@link IllegalArgumentException}.
 */
public final class Resizing extends ImageLayer<Resizing.Arguments, Resizing> {
  private static final String WHO = "Resizing";

  /** The pixels that padding adds. */
  public enum FillMode {
    /** Pixels of {@code fillValue}. */
    CONSTANT
  }

  /**
   * The arguments of a {@link Resizing}.
   *
   * @param height number of rows
   * @param width number of columns
   * @param interpolation interpolation between pixels
   * @param cropToAspectRatio whether the image is cropped to the ratio of the sizes first
   * @param padToAspectRatio whether the image is padded to the ratio of the sizes first
   * @param fillMode pixels of the padding
   * @param fillValue value of the padding
   * @param antialias whether images that get smaller are smoothed
   * @param dataFormat position of the channels
   */
  public record Arguments(
      int height,
      int width,
      Interpolation interpolation,
      boolean cropToAspectRatio,
      boolean padToAspectRatio,
      FillMode fillMode,
      double fillValue,
      boolean antialias,
      ImageLayout dataFormat)
      implements ImageLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      ImageOptions.requirePositive(WHO, "height", height);
      ImageOptions.requirePositive(WHO, "width", width);
      ImageOptions.requireGiven(WHO, "interpolation", interpolation, "Interpolation.BILINEAR");
      ImageOptions.requireGiven(WHO, "fillMode", fillMode, "FillMode.CONSTANT");
      ImageOptions.requireLayout(WHO, dataFormat);
      if (cropToAspectRatio && padToAspectRatio) {
        throw Refusal.of(
            WHO, "crops or pads to the aspect ratio", "both", "choose one, or neither");
      }
    }
  }

  private Resizing(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that resizes by bilinear interpolation. */
  public Resizing(int height, int width) {
    this(height, width, Interpolation.BILINEAR);
  }

  /** Makes a layer that resizes by an interpolation. */
  public Resizing(int height, int width, Interpolation interpolation) {
    this(
        new Arguments(
            height,
            width,
            interpolation,
            false,
            false,
            FillMode.CONSTANT,
            0,
            false,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets whether images are cropped to the ratio of the sizes first; by default they are not. */
  public Resizing cropToAspectRatio(boolean crop) {
    return with("cropToAspectRatio", crop);
  }

  /** Sets whether images are padded to the ratio of the sizes first; by default they are not. */
  public Resizing padToAspectRatio(boolean pad) {
    return with("padToAspectRatio", pad);
  }

  /** Sets the pixels of the padding; by default {@link FillMode#CONSTANT}, the only one. */
  public Resizing fillMode(FillMode fillMode) {
    return with("fillMode", fillMode);
  }

  /** Sets the value of the padding; by default 0. */
  public Resizing fillValue(double fillValue) {
    return with("fillValue", fillValue);
  }

  /** Sets whether images that get smaller are smoothed; by default they are not. */
  public Resizing antialias(boolean antialias) {
    return with("antialias", antialias);
  }

  @Override
  protected Tensor call(Tensor x) {
    if (x.dtype().isFloating() || args().interpolation == Interpolation.NEAREST) {
      return ofImages(x, this::resized);
    }
    return Maths.rint(ofImages(x.cast(DType.FLOAT32), this::resized)).cast(x.dtype());
  }

  private Tensor resized(Tensor images) {
    int height = args().height;
    int width = args().width;
    Tensor fitting = images;
    if (args().cropToAspectRatio) {
      fitting = cropped(WHO, images, height, width);
    } else if (args().padToAspectRatio) {
      fitting = padded(images);
    }
    return Images.resize(fitting, height, width, args().interpolation, args().antialias);
  }

  /** Returns the largest part in the middle of images whose sizes have the ratio of others. */
  static Tensor cropped(String who, Tensor images, int height, int width) {
    int[] old = sizes(who, images);
    int rows = Math.clamp((int) ((float) old[1] * height / width), 1, old[0]);
    int columns = Math.clamp((int) ((float) old[0] * width / height), 1, old[1]);
    return middle(images, old, rows, columns);
  }

  /** Returns the part of a height and width in the middle of images of old sizes. */
  static Tensor middle(Tensor images, int[] old, int height, int width) {
    int top = (old[0] - height) / 2;
    int left = (old[1] - width) / 2;
    return images.get(Index.ALL, Index.range(top, top + height), Index.range(left, left + width));
  }

  private Tensor padded(Tensor images) {
    int[] old = sizes(WHO, images);
    int rows = Math.max((int) ((float) old[1] * args().height / args().width), old[0]);
    int columns = Math.max((int) ((float) old[0] * args().width / args().height), old[1]);
    int above = (rows - old[0]) / 2;
    int left = (columns - old[1]) / 2;
    int[][] paddings = {{0, 0}, {above, above}, {left, left}, {0, 0}};
    return Rearranging.pad(images, paddings, args().fillValue);
  }

  /** Returns the height and width of images. */
  static int[] sizes(String who, Tensor images) {
    int height = Math.toIntExact(images.shape().size(1));
    int width = Math.toIntExact(images.shape().size(2));
    if (height < 1 || width < 1) {
      throw Refusal.of(
          who, "needs images of known sizes of 1 or more", images.shape(), "give such images");
    }
    return new int[] {height, width};
  }
}
