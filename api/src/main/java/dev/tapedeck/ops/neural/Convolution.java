package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions of images in one, two and three spatial dimensions: cross-correlations, as in Keras
 * and PyTorch.
 *
 * <p>Images are {@code [n, spatial.., c]}, unless an {@link ImageLayout} is given, kernels {@code
 * [spatial.., c, k]}, or {@code [spatial.., c / groups, k]}. All throw {@link
 * IllegalArgumentException} if ranks, channels or types do not fit, or the kernel is larger than
 * the images with their padding.
 */
public final class Convolution {
  private Convolution() {}

  /** Returns whether an op convolves its first input with the kernel that is its second. */
  public static boolean isConvolution(Op op) {
    return op instanceof Conv;
  }

  /**
   * Convolves {@code [n, w, c]} with a kernel {@code [kw, c, k]} to {@code [n, w', k]}.
   *
   * @param stride the step from one position of the kernel to the next
   */
  public static Tensor conv1d(Object images, Object kernel, int stride, Padding padding) {
    return conv1d(images, kernel, options(stride, padding));
  }

  /** Convolves {@code [n, w, c]} with a kernel {@code [kw, c / groups, k]}. */
  public static Tensor conv1d(Object images, Object kernel, ConvOptions options) {
    return conv("conv1d", 1, images, kernel, options);
  }

  /**
   * Convolves {@code [n, h, w, c]} with a kernel {@code [kh, kw, c, k]} to {@code [n, h', w', k]}:
   * {@code y[n,i,j,k] = sum x[n, i*s+a, j*s+b, c] * kernel[a,b,c,k]}.
   *
   * @param stride the step down and across
   */
  public static Tensor conv2d(Object images, Object kernel, int stride, Padding padding) {
    return conv2d(images, kernel, options(stride, padding));
  }

  /** Convolves {@code [n, h, w, c]} with a kernel {@code [kh, kw, c / groups, k]}. */
  public static Tensor conv2d(Object images, Object kernel, ConvOptions options) {
    return conv("conv2d", 2, images, kernel, options);
  }

  /**
   * Convolves {@code [n, d, h, w, c]} with a kernel {@code [kd, kh, kw, c, k]} to {@code [n, d',
   * h', w', k]}.
   *
   * @param stride the step along each spatial axis
   */
  public static Tensor conv3d(Object images, Object kernel, int stride, Padding padding) {
    return conv3d(images, kernel, options(stride, padding));
  }

  /** Convolves {@code [n, d, h, w, c]} with a kernel {@code [kd, kh, kw, c / groups, k]}. */
  public static Tensor conv3d(Object images, Object kernel, ConvOptions options) {
    return conv("conv3d", 3, images, kernel, options);
  }

  /**
   * Returns the transposed convolution, as {@link #conv2dTranspose(Object, Object, int, Padding)}.
   */
  public static Tensor conv1dTranspose(Object images, Object kernel, int stride, Padding padding) {
    return conv1dTranspose(images, kernel, options(stride, padding));
  }

  /**
   * Returns the transposed convolution, as {@link #conv2dTranspose(Object, Object, ConvOptions,
   * long...)}.
   */
  public static Tensor conv1dTranspose(
      Object images, Object kernel, ConvOptions options, long... sizes) {
    return transposed("conv1dTranspose", 1, images, kernel, options, sizes);
  }

  /**
   * Returns the transposed convolution of {@code [n, h, w, c]} with a kernel {@code [kh, kw, k,
   * c]}, {@code [n, h', w', k]}: the gradient of {@link #conv2d} for its images. As in Keras, the
   * sizes are {@code h * stride}, without padding plus {@code max(kh - stride, 0)}.
   *
   * @param stride the stride down and across of the convolution that is transposed: the images grow
   *     by it
   */
  public static Tensor conv2dTranspose(Object images, Object kernel, int stride, Padding padding) {
    return conv2dTranspose(images, kernel, options(stride, padding));
  }

  /**
   * Returns the transposed convolution of {@code [n, h, w, c]} with a kernel {@code [kh, kw, k /
   * groups, c]}.
   *
   * <p>With {@link ConvOptions#outputPadding} {@code p} the sizes are {@code (h - 1) * stride + kh
   * + p}; with padding {@code SAME}, {@code (h - 1) * stride + kh % 2 + p}, as in Keras, where
   * {@code kh} is that of the dilated kernel.
   *
   * @param sizes {@code h'} and {@code w'}, from which the convolution gives {@code h} and {@code
   *     w}; none for those of Keras, less any padding given in numbers
   */
  public static Tensor conv2dTranspose(
      Object images, Object kernel, ConvOptions options, long... sizes) {
    return transposed("conv2dTranspose", 2, images, kernel, options, sizes);
  }

  /**
   * Returns the transposed convolution, as {@link #conv2dTranspose(Object, Object, int, Padding)}.
   */
  public static Tensor conv3dTranspose(Object images, Object kernel, int stride, Padding padding) {
    return conv3dTranspose(images, kernel, options(stride, padding));
  }

  /**
   * Returns the transposed convolution, as {@link #conv2dTranspose(Object, Object, ConvOptions,
   * long...)}.
   */
  public static Tensor conv3dTranspose(
      Object images, Object kernel, ConvOptions options, long... sizes) {
    return transposed("conv3dTranspose", 3, images, kernel, options, sizes);
  }

  /** Convolves each channel of {@code [n, w, c]} with its own filters, {@code [kw, c, m]}. */
  public static Tensor depthwiseConv1d(Object images, Object kernel, int stride, Padding padding) {
    return depthwiseConv1d(images, kernel, options(stride, padding));
  }

  /** Convolves each channel of {@code [n, w, c]} with its own filters. */
  public static Tensor depthwiseConv1d(Object images, Object kernel, ConvOptions options) {
    return depthwise("depthwiseConv1d", 1, images, kernel, options);
  }

  /**
   * Convolves each channel of {@code [n, h, w, c]} with its own filters, {@code [kh, kw, c, m]}, to
   * {@code [n, h', w', c * m]}: the results of the first channel, then those of the second.
   */
  public static Tensor depthwiseConv2d(Object images, Object kernel, int stride, Padding padding) {
    return depthwiseConv2d(images, kernel, options(stride, padding));
  }

  /** Convolves each channel of {@code [n, h, w, c]} with its own filters. */
  public static Tensor depthwiseConv2d(Object images, Object kernel, ConvOptions options) {
    return depthwise("depthwiseConv2d", 2, images, kernel, options);
  }

  /**
   * Convolves each channel of {@code [n, w, c]} with a kernel {@code [kw, c, m]}, then mixes the
   * channels with one of {@code [1, c * m, k]}.
   */
  public static Tensor separableConv1d(
      Object images, Object depthwise, Object pointwise, int stride, Padding padding) {
    return separableConv1d(images, depthwise, pointwise, options(stride, padding));
  }

  /**
   * Convolves each channel, then mixes the channels; the options are those of the first
   * convolution.
   */
  public static Tensor separableConv1d(
      Object images, Object depthwise, Object pointwise, ConvOptions options) {
    return separable("separableConv1d", 1, images, depthwise, pointwise, options);
  }

  /**
   * Convolves each channel of {@code [n, h, w, c]} with a kernel {@code [kh, kw, c, m]}, then mixes
   * the channels with one of {@code [1, 1, c * m, k]}.
   */
  public static Tensor separableConv2d(
      Object images, Object depthwise, Object pointwise, int stride, Padding padding) {
    return separableConv2d(images, depthwise, pointwise, options(stride, padding));
  }

  /**
   * Convolves each channel, then mixes the channels; the options are those of the first
   * convolution.
   */
  public static Tensor separableConv2d(
      Object images, Object depthwise, Object pointwise, ConvOptions options) {
    return separable("separableConv2d", 2, images, depthwise, pointwise, options);
  }

  private static ConvOptions options(int stride, Padding padding) {
    return new ConvOptions().strides(stride).padding(padding);
  }

  /** Returns the op with the kernel's sizes in its window. */
  private static Conv op(
      String name, int rank, Tensor kernel, String channels, ConvOptions options) {
    Checks.rank(name, "the kernel " + ImageLayout.kernel(rank, channels), rank + 2, kernel.spec());
    if (!kernel.shape().slice(0, rank).isKnown()) {
      throw Checks.unknown(name, "the kernel's spatial sizes", kernel.shape());
    }
    int[] sizes = new int[rank];
    Arrays.setAll(sizes, i -> (int) Math.min(kernel.shape().size(i), Integer.MAX_VALUE));
    return new Conv(name, options.window(name, sizes), options.groups());
  }

  private static Tensor conv(
      String name, int rank, Object images, Object kernel, ConvOptions options) {
    if (!options.outputPadding().isEmpty()) {
      throw Refusal.of(
          name,
          "output padding must be left out, since the convolution is not transposed",
          options.outputPadding(),
          "use padding");
    }
    Tensor x = options.layout().toLast(name, rank, images);
    Tensor k = Operands.tensor(kernel);
    return options.layout().ofLast(op(name, rank, k, "c, k", options).applyTo(x, k));
  }

  private static Tensor separable(
      String name,
      int rank,
      Object images,
      Object depthwise,
      Object pointwise,
      ConvOptions options) {
    Tensor channels = depthwise(name, rank, images, depthwise, options);
    ConvOptions mixing = new ConvOptions().layout(options.layout());
    return conv(name, rank, channels, pointwise, mixing);
  }

  private static Tensor depthwise(
      String name, int rank, Object images, Object kernel, ConvOptions options) {
    Tensor k = Operands.tensor(kernel);
    Checks.rank(name, "the kernel " + ImageLayout.kernel(rank, "c, m"), rank + 2, k.spec());
    if (options.groups() != 1) {
      throw Refusal.of(
          name,
          "groups must be 1, since each channel is a group",
          options.groups(),
          "leave groups out, or use conv" + rank + "d");
    }
    Shape shape = k.shape();
    if (!shape.isKnown()) {
      throw Checks.unknown(name, "the kernel's sizes", shape);
    }
    long channels = shape.size(rank);
    if (channels > Integer.MAX_VALUE) {
      throw Refusal.of(
          name,
          "needs at most " + Integer.MAX_VALUE + " channels",
          "the kernel " + shape,
          "split them");
    }
    Shape grouped =
        shape
            .with(rank, Math.min(channels, 1))
            .with(rank + 1, Sizes.product(name, channels, shape.size(rank + 1)));
    int groups = Math.toIntExact(Math.max(channels, 1));
    return conv(name, rank, images, Shaping.reshape(k, grouped.toArray()), options.groups(groups));
  }

  private static Tensor transposed(
      String name, int rank, Object images, Object kernel, ConvOptions options, long... sizes) {
    Tensor x = options.layout().toLast(name, rank, images);
    Tensor k = Operands.tensor(kernel);
    Conv conv = op(name, rank, k, "k, c", options);
    List<Long> growth =
        sizes.length == 0
            ? ConvTranspose.growth(conv, options.outputPadding())
            : ConvTranspose.growth(conv, x.shape(), options.outputPadding(), sizes);
    return options.layout().ofLast(new ConvTranspose(conv, growth).applyTo(x, k));
  }
}
