package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.PadMode;
import dev.tapedeck.ops.array.Patches;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * Discrete Fourier transforms of any length, along the last axis; the axes before it are a batch.
 *
 * <p>{@code fft(x)[k] = sum over t of x[t] * exp(-2 pi i t k / n)}; the inverse has the other sign
 * and is divided by n. They are computed in doubles, in {@code O(n log n)}.
 */
public final class Fourier {
  /** Sums of squared windows up to this one are taken for 0. */
  private static final double NOTHING = 1e-10;

  private Fourier() {}

  /**
   * Returns the transform along the last axis.
   *
   * @throws IllegalArgumentException if the parts differ in shape or type, or are not floating
   */
  public static Complex fft(Complex x) {
    return transform("fft", x, false);
  }

  /**
   * Returns the inverse transform along the last axis.
   *
   * @throws IllegalArgumentException as {@link #fft}
   */
  public static Complex ifft(Complex x) {
    return transform("ifft", x, true);
  }

  /**
   * Returns the transform along the last two axes.
   *
   * @throws IllegalArgumentException as {@link #fft}, or if there is one axis alone
   */
  public static Complex fft2(Complex x) {
    return transform2("fft2", x, false);
  }

  /**
   * Returns the inverse transform along the last two axes.
   *
   * @throws IllegalArgumentException as {@link #fft2}
   */
  public static Complex ifft2(Complex x) {
    return transform2("ifft2", x, true);
  }

  /**
   * Returns the first half of the transform of real numbers, of which the other half is the
   * mirrored conjugate: {@code [.., n] -> [.., n / 2 + 1]}.
   *
   * @throws IllegalArgumentException if the type is not floating, or the last axis is empty
   */
  public static Complex rfft(Object x) {
    Tensor tensor = Operands.tensor(x);
    checkAxes("rfft", 1, tensor.shape());
    return rfft(tensor, tensor.shape().size(-1));
  }

  /**
   * Returns the first half of the transform of real numbers that are cut, or padded with zeros, to
   * a length: {@code [.., n] -> [.., length / 2 + 1]}.
   *
   * @throws IllegalArgumentException as {@link #rfft(Object)}, or if the length is not 1 or more
   */
  public static Complex rfft(Object x, long length) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating("rfft", tensor.spec());
    checkLength("rfft", "length", 1, length);
    Complex all = transform("rfft", Complex.ofReal(ofLength("rfft", tensor, length)), false);
    long half = length / 2 + 1;
    return new Complex(
        Indexing.narrow(all.real(), -1, 0, half), Indexing.narrow(all.imaginary(), -1, 0, half));
  }

  /**
   * Returns the real numbers that {@link #rfft(Object)} transforms to {@code x}, an even number:
   * {@code [.., m] -> [.., 2 * m - 2]}.
   *
   * @throws IllegalArgumentException as {@link #fft}, or if the last axis has not 2 elements or
   *     more
   */
  public static Tensor irfft(Complex x) {
    checkAxes("irfft", 1, x.real().shape());
    return irfft(x, 2 * x.real().shape().size(-1) - 2);
  }

  /**
   * Returns the real numbers, of a length, whose transform begins with {@code x}, cut or padded
   * with zeros: {@code [.., m] -> [.., length]}.
   *
   * @throws IllegalArgumentException as {@link #fft}, or if the length is not 1 or more
   */
  public static Tensor irfft(Complex x, long length) {
    check("irfft", x);
    checkLength("irfft", "length", 1, length);
    double[] weights = new double[Math.toIntExact(length / 2 + 1)];
    Arrays.fill(weights, 2); // for those of the other half, which are left out
    weights[0] = 1;
    weights[weights.length - 1] = length == 1 || length % 2 == 0 ? 1 : 2;
    Complex all =
        new Complex(spread(x.real(), length, weights), spread(x.imaginary(), length, weights));
    return transform("irfft", all, true).real();
  }

  private static Tensor spread(Tensor half, long length, double... weights) {
    Tensor cut = ofLength("irfft", half, weights.length);
    return ofLength("irfft", cut.mul(Casting.cast(weights, cut.dtype())), length);
  }

  /**
   * Returns short-time transforms: those of parts of real numbers, each times a window, {@code [..,
   * n] -> [.., parts, fftLength / 2 + 1]}.
   *
   * @param sequenceLength number of elements of a part; it is in the middle of {@code fftLength}
   *     elements, which the window leaves
   * @param sequenceStride distance between the parts
   * @param fftLength length of the transforms
   * @param window {@code sequenceLength} numbers, as of {@code Windows.HANN.values(sequenceLength,
   *     true)}; null for ones
   * @param center whether the numbers are mirrored at both ends, so that part {@code t} has its
   *     middle at {@code t * sequenceStride}
   * @throws IllegalArgumentException if the type is not floating, numbers are out of range, or
   *     there are too few elements for a part
   */
  public static Complex stft(
      Object x,
      int sequenceLength,
      int sequenceStride,
      int fftLength,
      Object window,
      boolean center) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating("stft", tensor.spec());
    checkAxes("stft", 1, tensor.shape());
    Tensor weights =
        window("stft", sequenceLength, sequenceStride, fftLength, window, tensor.dtype());
    Tensor padded = center ? mirrored(tensor, fftLength / 2) : tensor;
    if (padded.shape().size(-1) < fftLength) {
      throw Refusal.of(
          "stft",
          "needs " + fftLength + " elements or more along the last axis",
          padded.shape(),
          "pad them, or use a smaller fftLength");
    }
    Tensor parts = Patches.extractSequences(padded, fftLength, sequenceStride);
    return rfft(parts.mul(weights), fftLength);
  }

  private static Tensor mirrored(Tensor x, int each) {
    int[][] paddings = new int[x.shape().rank()][2];
    Arrays.fill(paddings[paddings.length - 1], each);
    return Rearranging.pad(x, paddings, PadMode.REFLECT);
  }

  /**
   * Returns the real numbers of which {@link #stft} gives {@code x}: transforms back, times the
   * window, summed where they overlap, and divided by the sum of squared windows there; 0 where
   * that is 0.
   *
   * @param length number of elements of the result; null for all there are, without half an {@code
   *     fftLength} at each end if they were centred
   * @throws IllegalArgumentException as {@link #stft}, or if there are fewer elements than {@code
   *     length}
   */
  public static Tensor istft(
      Complex x,
      int sequenceLength,
      int sequenceStride,
      int fftLength,
      Integer length,
      Object window,
      boolean center) {
    check("istft", x);
    Shape shape = x.real().shape();
    checkAxes("istft", 2, shape);
    Tensor weights =
        window("istft", sequenceLength, sequenceStride, fftLength, window, x.real().dtype());
    Tensor sum = Patches.overlapAdd(irfft(x, fftLength).mul(weights), sequenceStride);
    long[] each = {shape.size(-2), fftLength};
    Tensor norm =
        Patches.overlapAdd(Shaping.broadcastTo(Maths.square(weights), each), sequenceStride);
    Tensor nothing = norm.lessEqual(NOTHING);
    Tensor all = Logic.where(nothing, 0, sum.div(Logic.where(nothing, 1, norm)));
    long start = center ? fftLength / 2 : 0;
    long end = length != null ? start + length : all.shape().size(-1) - start;
    if (end < start || end > all.shape().size(-1)) {
      throw Refusal.of(
          "istft",
          "can make at most " + (all.shape().size(-1) - start) + " elements",
          length,
          "give a smaller length, or null for all");
    }
    return Indexing.narrow(all, -1, start, end - start);
  }

  /** Returns a window with zeros before and after it. */
  private static Tensor window(
      String who, int length, int stride, int fftLength, Object window, DType dtype) {
    Checks.atLeast(who, "sequenceLength", 1, length, "give the number of elements of a part");
    Checks.atLeast(who, "sequenceStride", 1, stride, "give the distance between parts");
    checkLength(who, "fftLength", length, fftLength);
    Tensor weights = window == null ? Tensor.full(dtype, 1, length) : Casting.cast(window, dtype);
    if (!weights.shape().equals(Shape.of(length))) {
      throw Refusal.of(
          who,
          "needs a window of " + length + " numbers",
          weights.shape(),
          "make it of the sequenceLength");
    }
    int before = (fftLength - length) / 2;
    return Rearranging.pad(weights, new int[][] {{before, fftLength - length - before}});
  }

  /** Returns a tensor with its last axis cut, or padded with zeros, to a length. */
  private static Tensor ofLength(String who, Tensor x, long length) {
    checkAxes(who, 1, x.shape());
    long size = x.shape().size(-1);
    if (size >= length) {
      return Indexing.narrow(x, -1, 0, length);
    }
    int[][] paddings = new int[x.shape().rank()][2];
    paddings[paddings.length - 1][1] = Math.toIntExact(length - size);
    return Rearranging.pad(x, paddings);
  }

  private static Complex transform(String who, Complex x, boolean inverse) {
    check(who, x);
    Tensor[] made = new FourierTransform(inverse, inverse).apply(x.real(), x.imaginary());
    return new Complex(made[0], made[1]);
  }

  private static Complex transform2(String who, Complex x, boolean inverse) {
    check(who, x);
    if (x.real().shape().rank() < 2) {
      throw Refusal.of(who, "needs two axes or more", x.real().shape(), "reshape it, or use fft");
    }
    return swapped(transform(who, swapped(transform(who, x, inverse)), inverse));
  }

  private static Complex swapped(Complex x) {
    return new Complex(Linalg.matrixTranspose(x.real()), Linalg.matrixTranspose(x.imaginary()));
  }

  private static void check(String who, Complex x) {
    Checks.sameFloating(who, x.real().spec(), x.imaginary().spec());
    Checks.spec(who, x.real().spec(), x.imaginary().spec());
  }

  private static void checkLength(String who, String what, long least, long length) {
    if (length < least || length > FourierTransform.LARGEST) {
      throw Refusal.of(
          who,
          what + " must be from " + least + " to " + FourierTransform.LARGEST,
          length,
          "give the number of elements of a transform");
    }
  }

  /** Checks that there are axes, and that the size of the last ones is known. */
  private static void checkAxes(String who, int count, Shape shape) {
    if (shape.rank() < count) {
      throw Refusal.of(who, "needs " + count + " axes or more", shape, "add axes with expandDims");
    }
    for (int axis = 1; axis <= count; axis++) {
      if (shape.size(-axis) == Shape.UNKNOWN) {
        throw Checks.unknown(who, "the size of axis " + -axis, shape);
      }
    }
  }
}
