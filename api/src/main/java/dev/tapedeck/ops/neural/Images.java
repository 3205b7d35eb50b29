package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Resizing and blurring of images {@code [n, h, w, c]}. Pixel centres are at half-integers, as in
 * {@code tf.image.resize}; without antialiasing where nothing else is said.
 */
public final class Images {
  /** The maximum size, since positions of pixels are computed in Java arrays. */
  private static final int LARGEST = 1 << 24;

  /** The positions between two pixels that TensorFlow's bicubic interpolation tells apart. */
  private static final int CUBIC_STEPS = 1024;

  private Images() {}

  /** The interpolation between the pixels of an image that is resized. */
  public enum Interpolation {
    /** The nearest pixel. */
    NEAREST(0),
    /** Linear, from 2 pixels of each axis. */
    BILINEAR(1),
    /** By Keys' cubic with {@code a = -0.5}, from 4 pixels of each axis. */
    BICUBIC(2),
    /** By Lanczos' windowed sinc, from 6 pixels of each axis. */
    LANCZOS3(3),
    /** By Lanczos' windowed sinc, from 10 pixels of each axis. */
    LANCZOS5(5);

    private final int radius;

    Interpolation(int radius) {
      this.radius = radius;
    }

    /** Returns the weight of a pixel at a distance, before weights are divided by their sum. */
    private double weight(double distance) {
      double x = Math.abs(distance);
      if (x >= radius) {
        return 0;
      }
      return switch (this) {
        case NEAREST, BILINEAR -> 1 - x;
        case BICUBIC -> x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
        case LANCZOS3, LANCZOS5 -> sinc(x) * sinc(x / radius);
      };
    }

    private static double sinc(double x) {
      return x < 1e-3 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
  }

  /**
   * Returns images resized by nearest neighbour: each pixel is the one of {@code images} at its
   * position.
   *
   * @throws IllegalArgumentException if the images have another rank, or a size is not 1 or more
   */
  public static Tensor resizeNearest(Object images, int height, int width) {
    return resized("resizeNearest", Operands.tensor(images), height, width, Images::nearest);
  }

  /**
   * Returns images resized by bilinear interpolation of the four pixels of {@code images} around
   * each pixel's centre.
   *
   * @throws IllegalArgumentException if the images have another rank or type, or a size is not 1 or
   *     more
   */
  public static Tensor resizeBilinear(Object images, int height, int width) {
    Tensor tensor = Operands.tensor(images);
    Checks.sameFloating("resizeBilinear", tensor.spec());
    return resized("resizeBilinear", tensor, height, width, Images::linear);
  }

  /**
   * Returns resized images.
   *
   * @param antialias whether an image that gets smaller is smoothed, each pixel from all that it
   *     covers; without effect on {@link Interpolation#NEAREST}
   * @throws IllegalArgumentException if the images have another rank or type, or a size is not 1 or
   *     more
   */
  public static Tensor resize(
      Object images, int height, int width, Interpolation interpolation, boolean antialias) {
    if (interpolation == Interpolation.NEAREST) {
      return resizeNearest(images, height, width);
    }
    if (interpolation == Interpolation.BILINEAR && !antialias) {
      return resizeBilinear(images, height, width);
    }
    Tensor tensor = Operands.tensor(images);
    Checks.sameFloating("resize", tensor.spec());
    return resized(
        "resize",
        tensor,
        height,
        width,
        (x, axis, size) -> weighted(x, axis, size, interpolation, antialias));
  }

  /**
   * Returns images that are blurred: each pixel is the mean of those around it, weighted by a
   * normal distribution. Beyond the edges there are zeros.
   *
   * @param height odd number of rows of which a mean is made
   * @param width odd number of columns of which a mean is made
   * @param sigmaOfHeight standard deviation along the height, in pixels: a number or a scalar
   * @param sigmaOfWidth standard deviation along the width, in pixels: a number or a scalar
   * @throws IllegalArgumentException if the images have another rank or type, an unknown number of
   *     channels, or a size is not odd
   */
  public static Tensor gaussianBlur(
      Object images, int height, int width, Object sigmaOfHeight, Object sigmaOfWidth) {
    Tensor x = Operands.tensor(images);
    Checks.sameFloating("gaussianBlur", x.spec());
    Checks.rank("gaussianBlur", "images [n, h, w, c]", 4, x.spec());
    if (height < 1 || width < 1 || height % 2 == 0 || width % 2 == 0) {
      throw Refusal.of(
          "gaussianBlur", "sizes of a kernel are odd", height + " and " + width, "add 1");
    }
    long channels = x.shape().size(3);
    if (channels == Shape.UNKNOWN) {
      throw Checks.unknown("gaussianBlur", "the number of channels", x.shape());
    }
    Tensor down = gaussian(height, sigmaOfHeight, x.dtype()).reshape(height, 1, 1, 1);
    Tensor across = gaussian(width, sigmaOfWidth, x.dtype()).reshape(1, width, 1, 1);
    Tensor blurred =
        Convolution.depthwiseConv2d(
            x, Shaping.broadcastTo(down, height, 1, channels, 1), 1, Padding.SAME);
    return Convolution.depthwiseConv2d(
        blurred, Shaping.broadcastTo(across, 1, width, channels, 1), 1, Padding.SAME);
  }

  private static Tensor gaussian(int size, Object sigma, DType dtype) {
    DType exact = dtype == DType.FLOAT64 ? dtype : DType.FLOAT32;
    Tensor at = Creation.range(0, size, 1, exact).sub((size - 1) / 2);
    Tensor deviation = Casting.cast(sigma, exact);
    Tensor weights = Maths.exp(Maths.square(at.div(deviation)).mul(-0.5));
    return weights.div(weights.sum()).cast(dtype);
  }

  /** A resizing of one axis. */
  @FunctionalInterface
  private interface Resizing {
    Tensor of(Tensor images, int axis, int size);
  }

  private static Tensor resized(
      String who, Tensor images, int height, int width, Resizing resizing) {
    Checks.rank(who, "images [n, h, w, c]", 4, images.spec());
    Shape shape = images.shape();
    if (shape.size(1) == Shape.UNKNOWN || shape.size(2) == Shape.UNKNOWN) {
      throw Checks.unknown(who, "the images' height and width", shape);
    }
    if (Math.min(height, width) < 1 || shape.size(1) < 1 || shape.size(2) < 1) {
      throw Refusal.of(
          who,
          "heights and widths must be 1 or more",
          height + " and " + width + " for images " + shape,
          "resize images that are not empty, to at least 1x1");
    }
    if (Math.max(height, width) > LARGEST) {
      throw Refusal.of(
          who,
          "heights and widths are at most " + LARGEST,
          height + " and " + width,
          "resize in parts");
    }
    return resizing.of(resizing.of(images, 2, width), 1, height);
  }

  private static Tensor nearest(Tensor images, int axis, int size) {
    long old = images.shape().size(axis);
    // In float32, as TensorFlow: rounding decides between pixels.
    float scale = (float) old / size;
    long[] from = new long[size];
    for (int i = 0; i < size; i++) {
      from[i] = Math.min((long) Math.floor((i + 0.5f) * scale), old - 1);
    }
    return Indexing.gather(images, from, axis);
  }

  private static Tensor linear(Tensor images, int axis, int size) {
    long old = images.shape().size(axis);
    long[] lower = new long[size];
    long[] upper = new long[size];
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      double at = (i + 0.5) * old / size - 0.5;
      lower[i] = Math.max((long) Math.floor(at), 0);
      upper[i] = Math.min((long) Math.ceil(at), old - 1);
      weights[i] = at - Math.floor(at);
    }
    long[] alongAxis = {1, 1, 1};
    alongAxis[axis - 1] = size;
    Tensor weight = Shaping.reshape(Casting.cast(weights, images.dtype()), alongAxis);
    Tensor low = Indexing.gather(images, lower, axis);
    return low.add(Indexing.gather(images, upper, axis).sub(low).mul(weight));
  }

  private static Tensor weighted(
      Tensor images, int axis, int size, Interpolation interpolation, boolean antialias) {
    double[][] weights =
        weights(Math.toIntExact(images.shape().size(axis)), size, interpolation, antialias);
    String equation = axis == 1 ? "ph,nhwc->npwc" : "pw,nhwc->nhpc";
    return Einsum.einsum(equation, Casting.cast(weights, images.dtype()), images);
  }

  /** Returns the weight of each pixel of an axis for each of the new ones. */
  private static double[][] weights(
      int old, int size, Interpolation interpolation, boolean antialias) {
    double step = (double) old / size;
    double stretch = antialias ? Math.max(step, 1) : 1;
    double[][] weights = new double[size][old];
    for (int to = 0; to < size; to++) {
      double at = (to + 0.5) * step - 0.5;
      if (interpolation == Interpolation.BICUBIC && !antialias) {
        at = Math.floor(at) + Math.rint((at - Math.floor(at)) * CUBIC_STEPS) / CUBIC_STEPS;
      }
      int last = (int) Math.min(Math.floor(at + interpolation.radius * stretch), old - 1);
      int first = (int) Math.max(Math.ceil(at - interpolation.radius * stretch), 0);
      double sum = 0;
      for (int from = first; from <= last; from++) {
        weights[to][from] = interpolation.weight((from - at) / stretch);
        sum += weights[to][from];
      }
      for (int from = first; from <= last; from++) {
        weights[to][from] /= sum;
      }
    }
    return weights;
  }
}
