package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.nn.STFT;
import dev.tapedeck.nn.WindowFunction;
import dev.tapedeck.nn.Windows;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.Objects;

/**
 * A layer that computes spectrograms of sound, by the short-time Fourier transform: signals {@code
 * [n, time, c]} give {@code [n, frames, c * frequencies]}, of {@code fftLength / 2 + 1}
 * frequencies.
 *
 * <p>The transform is a convolution with trainable kernels {@code real_kernel} and {@code
 * imag_kernel}, {@code [frameLength, 1, frequencies]}, of which only those that the mode needs
 * exist; freeze them with {@code trainable(false)}. Time and channels must be known, as must the
 * type be a floating-point one.
 */
public final class STFTSpectrogram extends BuiltIn<STFTSpectrogram.Arguments, STFTSpectrogram> {
  private static final String WHO = "STFTSpectrogram";
  private static final double LEAST = 1e-7;

  private Variable realKernel;
  private Variable imagKernel;

  /** What is computed of the complex transform, for each frequency. */
  public enum Mode {
    /** The logarithm of the magnitude. */
    LOG,
    /** The absolute value. */
    MAGNITUDE,
    /** The squared magnitude, twice for all but the first and last frequency. */
    PSD,
    /** The real part. */
    REAL,
    /** The imaginary part. */
    IMAG,
    /** The angle in radians. */
    ANGLE,
    /** The real parts of all frequencies, then the imaginary ones. */
    STFT
  }

  /**
   * The arguments of an {@link STFTSpectrogram}.
   *
   * @param frameLength number of values of a frame
   * @param frameStep step from one frame to the next; null for half a frame
   * @param fftLength length of the transform; null for the next power of two
   * @param window window function; null for none
   * @param periodic whether the window is a periodic one
   * @param scaling norm of the window that the result is divided by; null for none
   * @param padding padding of the signals
   * @param expandDims whether channels and frequencies are axes of their own
   * @param dataFormat position of channels
   */
  public record Arguments(
      Mode mode,
      int frameLength,
      Integer frameStep,
      Integer fftLength,
      WindowFunction window,
      boolean periodic,
      STFT.Scaling scaling,
      Padding padding,
      boolean expandDims,
      ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      Objects.requireNonNull(mode, WHO + ": the mode is null; give one, as Mode.LOG");
      Objects.requireNonNull(padding, WHO + ": the padding is null; give one, as Padding.SAME");
      Objects.requireNonNull(dataFormat, WHO + ": the dataFormat is null; give one");
      Checks.atLeast(WHO, "frameLength", 2, frameLength, "give the number of values of a frame");
    }

    private int step() {
      return frameStep == null ? frameLength / 2 : frameStep;
    }

    private int frequencies() {
      int length =
          fftLength == null ? 1 << (32 - Integer.numberOfLeadingZeros(frameLength - 1)) : fftLength;
      return length / 2 + 1;
    }

    private void check() {
      if (step() < 1 || step() > frameLength) {
        throw Refusal.of(
            WHO, "needs a frameStep from 1 to " + frameLength, frameStep, "give one of a frame");
      }
      if (fftLength != null && fftLength < frameLength) {
        throw Refusal.of(
            WHO, "needs an fftLength of " + frameLength + " or more", fftLength, "raise it");
      }
    }
  }

  private STFTSpectrogram(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of logarithms of magnitudes. */
  public STFTSpectrogram() {
    this(Mode.LOG);
  }

  /**
   * Makes a layer of frames of 256 values, half of which the next one shares, with Hann windows.
   */
  public STFTSpectrogram(Mode mode) {
    this(
        new Arguments(
            mode,
            256,
            null,
            null,
            Windows.HANN,
            false,
            STFT.Scaling.DENSITY,
            Padding.VALID,
            false,
            ImageLayout.CHANNELS_LAST));
  }

  /** Sets the number of values of a frame; by default 256. */
  public STFTSpectrogram frameLength(int frameLength) {
    return with("frameLength", frameLength);
  }

  /** Sets the step from one frame to the next; by default null, half a frame. */
  public STFTSpectrogram frameStep(Integer frameStep) {
    return with("frameStep", frameStep);
  }

  /** Sets the length of the transform; by default null, the next power of two. */
  public STFTSpectrogram fftLength(Integer fftLength) {
    return with("fftLength", fftLength);
  }

  /** Sets the window, or null for none; by default {@link Windows#HANN}. */
  public STFTSpectrogram window(WindowFunction window) {
    return with("window", window);
  }

  /** Sets whether the window is a periodic one; by default it is symmetric. */
  public STFTSpectrogram periodic(boolean periodic) {
    return with("periodic", periodic);
  }

  /**
   * Sets the norm of the window that the result is divided by, or null for none; by default
   * density.
   */
  public STFTSpectrogram scaling(STFT.Scaling scaling) {
    return with("scaling", scaling);
  }

  /** Sets the padding of the signals; by default {@link Padding#VALID}. */
  public STFTSpectrogram padding(Padding padding) {
    return with("padding", padding);
  }

  /**
   * Sets whether channels and frequencies are axes of their own, {@code [n, frames, frequencies,
   * c]}; by default they share one.
   */
  public STFTSpectrogram expandDims(boolean expandDims) {
    return with("expandDims", expandDims);
  }

  /**
   * Sets the position of channels; by default last. With channels first, {@code [n, c, time]}, the
   * output is {@code [n, c * frequencies, frames]}, or {@code [n, c, frames, frequencies]}.
   */
  public STFTSpectrogram dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  @Override
  protected void build(Shape input) {
    args().check();
    realKernel = args().mode == Mode.IMAG ? null : kernel("real_kernel", STFT.Side.REAL);
    imagKernel = args().mode == Mode.REAL ? null : kernel("imag_kernel", STFT.Side.IMAG);
  }

  private Variable kernel(String name, STFT.Side side) {
    Arguments args = args();
    STFT transform = new STFT(side, args.window, args.scaling, args.periodic);
    return addVariable(new WeightSpec(name, transform, args.frameLength, 1, args.frequencies()));
  }

  @Override
  protected Tensor call(Tensor x) {
    Shape shape = x.shape();
    boolean known = shape.rank() == 3 && shape.slice(1, 3).isKnown();
    if (!known || !x.dtype().isFloating()) {
      throw Refusal.of(
          WHO,
          "needs floating-point signals of three axes, with known time and channels",
          x.spec(),
          "cast or reshape them");
    }
    boolean last = args().dataFormat == ImageLayout.CHANNELS_LAST;
    Tensor signals = last ? Shaping.transpose(x, 0, 2, 1) : x;
    Tensor real = realKernel == null ? null : transformed(signals, realKernel);
    Tensor imag = imagKernel == null ? null : transformed(signals, imagKernel);
    return arranged(result(real, imag), last);
  }

  /** Returns a part of the transform, {@code [n, c, frames, frequencies]}. */
  private Tensor transformed(Tensor signals, Variable kernel) {
    Shape shape = signals.shape();
    Tensor each = signals.reshape(-1, shape.size(2), 1);
    Tensor frames = Convolution.conv1d(each, kernel, args().step(), args().padding);
    return frames.reshape(-1, shape.size(1), frames.shape().size(1), frames.shape().size(2));
  }

  private Tensor result(Tensor real, Tensor imag) {
    return switch (args().mode) {
      case REAL -> real;
      case IMAG -> imag;
      case STFT -> Joining.concat(-1, real, imag);
      case ANGLE -> Maths.atan2(imag, real);
      case PSD -> power(real, imag).mul(Tensor.of(sides()).cast(real.dtype()));
      case MAGNITUDE -> magnitude(real, imag);
      case LOG -> Maths.log(Maths.maximum(magnitude(real, imag), LEAST));
    };
  }

  private static Tensor power(Tensor real, Tensor imag) {
    return Maths.square(real).add(Maths.square(imag));
  }

  private static Tensor magnitude(Tensor real, Tensor imag) {
    return Maths.sqrt(Maths.maximum(power(real, imag), LEAST));
  }

  /** Returns how many frequencies of the whole spectrum each one stands for. */
  private float[] sides() {
    float[] sides = new float[args().frequencies()];
    Arrays.fill(sides, 2);
    sides[0] = 1;
    sides[sides.length - 1] = 1;
    return sides;
  }

  private Tensor arranged(Tensor y, boolean last) {
    if (args().expandDims) {
      return last ? Shaping.transpose(y, 0, 2, 3, 1) : y;
    }
    Shape shape = y.shape();
    long all = Math.multiplyExact(shape.size(1), shape.size(3));
    return last
        ? Shaping.transpose(y, 0, 2, 1, 3).reshape(-1, shape.size(2), all)
        : Shaping.transpose(y, 0, 1, 3, 2).reshape(-1, all, shape.size(2));
  }
}
