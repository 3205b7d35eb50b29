package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.nn.WindowFunction;
import dev.tapedeck.nn.Windows;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Fourier;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that makes mel spectrograms of sound: how loud it is over time in bands that are evenly
 * spaced on the mel scale, {@code 1127 * log(1 + hertz / 700)}.
 *
 * <p>Samples {@code [n, time]} or {@code [time]} give {@code [n, numMelBins, frames]} or {@code
 * [numMelBins, frames]}, with {@code frames = 1 + time / sequenceStride} for an even {@code
 * fftLength}. They are the absolute values of a centred {@link Fourier#stft}, to the power of
 * {@code magExp}, times triangles of height 1 over the bands; then, in decibels, {@code 10 *
 * log10(max(y, minPower) / max(refPower, minPower))}, but at least the largest of all outputs less
 * {@code topDb}. Sums are in float32 at least.
 *
 * <p>Samples of unknown number throw {@link IllegalArgumentException}, as do too few to be mirrored
 * by half an {@code fftLength} at each end.
 */
public final class MelSpectrogram extends BuiltIn<MelSpectrogram.Arguments, MelSpectrogram> {
  private static final String WHO = "MelSpectrogram";

  private double[][] melWeights;

  /**
   * The arguments of a {@link MelSpectrogram}.
   *
   * @param fftLength number of samples of a transform
   * @param sequenceStride number of samples between frames
   * @param sequenceLength number of samples of a frame; null for {@code fftLength}
   * @param window window function of a frame; null for none
   * @param samplingRate samples per second
   * @param numMelBins number of bands
   * @param minFreq lower end of the first band, in hertz
   * @param maxFreq upper end of the last band, in hertz; null for half the sampling rate, rounded
   *     down
   * @param powerToDb whether the result is in decibels
   * @param topDb decibels between the largest output and the smallest that is kept
   * @param magExp exponent of absolute values: 2 for power
   * @param minPower smallest power in decibels
   * @param refPower power of 0 decibels
   */
  public record Arguments(
      int fftLength,
      int sequenceStride,
      Integer sequenceLength,
      WindowFunction window,
      int samplingRate,
      int numMelBins,
      double minFreq,
      Double maxFreq,
      boolean powerToDb,
      double topDb,
      double magExp,
      double minPower,
      double refPower) {
    /** Checks the arguments. */
    public Arguments {
      Checks.atLeast(WHO, "fftLength", 1, fftLength, "give the samples of a transform");
      Checks.atLeast(WHO, "sequenceStride", 1, sequenceStride, "give the samples between frames");
      Checks.atLeast(WHO, "samplingRate", 1, samplingRate, "give the samples per second");
      Checks.atLeast(WHO, "numMelBins", 1, numMelBins, "give the number of bands");
    }

    private int length() {
      return sequenceLength == null ? fftLength : sequenceLength;
    }

    private double top() {
      return maxFreq == null ? Math.floor(samplingRate / 2.0) : maxFreq;
    }

    private void check() {
      if (length() < 1 || length() > fftLength) {
        throw Refusal.of(
            WHO,
            "needs a sequenceLength from 1 to the fftLength " + fftLength,
            sequenceLength,
            "raise the fftLength for longer frames");
      }
      if (!(minFreq >= 0 && minFreq < top())) {
        throw Refusal.of(
            WHO,
            "needs frequencies with 0 <= minFreq < maxFreq",
            minFreq + " and " + top(),
            "give them in hertz");
      }
    }
  }

  private MelSpectrogram(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of 128 bands of sound with 16,000 samples per second. */
  public MelSpectrogram() {
    this(new Arguments(2048, 512, null, Windows.HANN, 16000, 128, 20, null, true, 80, 2, 1e-10, 1));
  }

  /** Sets the number of samples of a transform; by default 2048. */
  public MelSpectrogram fftLength(int fftLength) {
    return with("fftLength", fftLength);
  }

  /** Sets the number of samples between frames; by default 512. */
  public MelSpectrogram sequenceStride(int sequenceStride) {
    return with("sequenceStride", sequenceStride);
  }

  /** Sets the number of samples of a frame; by default {@code fftLength}. */
  public MelSpectrogram sequenceLength(Integer sequenceLength) {
    return with("sequenceLength", sequenceLength);
  }

  /** Sets the window function of a frame, null for none; by default {@link Windows#HANN}. */
  public MelSpectrogram window(WindowFunction window) {
    return with("window", window);
  }

  /** Sets the samples per second; by default 16,000. */
  public MelSpectrogram samplingRate(int samplingRate) {
    return with("samplingRate", samplingRate);
  }

  /** Sets the number of bands; by default 128. */
  public MelSpectrogram numMelBins(int numMelBins) {
    return with("numMelBins", numMelBins);
  }

  /** Sets the lower end of the first band, in hertz; by default 20. */
  public MelSpectrogram minFreq(double minFreq) {
    return with("minFreq", minFreq);
  }

  /** Sets the upper end of the last band, in hertz; by default half the sampling rate. */
  public MelSpectrogram maxFreq(Double maxFreq) {
    return with("maxFreq", maxFreq);
  }

  /** Sets whether the result is in decibels; by default it is. */
  public MelSpectrogram powerToDb(boolean powerToDb) {
    return with("powerToDb", powerToDb);
  }

  /** Sets the decibels between the largest output and the smallest that is kept; by default 80. */
  public MelSpectrogram topDb(double topDb) {
    return with("topDb", topDb);
  }

  /** Sets the exponent of absolute values; by default 2, for power. */
  public MelSpectrogram magExp(double magExp) {
    return with("magExp", magExp);
  }

  /** Sets the smallest power in decibels; by default 1e-10. */
  public MelSpectrogram minPower(double minPower) {
    return with("minPower", minPower);
  }

  /** Sets the power of 0 decibels; by default 1. */
  public MelSpectrogram refPower(double refPower) {
    return with("refPower", refPower);
  }

  @Override
  protected void build(Shape input) {
    args().check();
    if (input.rank() != 1 && input.rank() != 2) {
      throw Refusal.of(WHO, "needs samples [n, time] or [time]", input, "reshape them");
    }
    melWeights = melWeights(args());
  }

  /** Returns the weight of each frequency in each band: triangles between neighbouring centres. */
  private static double[][] melWeights(Arguments args) {
    int frequencies = args.fftLength / 2 + 1;
    double low = mel(args.minFreq);
    double width = (mel(args.top()) - low) / (args.numMelBins + 1);
    double[][] weights = new double[frequencies][args.numMelBins];
    for (int f = 1; f < frequencies; f++) { // the constant part belongs to no band
      double hertz = args.samplingRate / 2.0 * f / (frequencies - 1);
      double at = (mel(hertz) - low) / width;
      for (int band = 0; band < args.numMelBins; band++) {
        weights[f][band] = Math.max(0, 1 - Math.abs(at - (band + 1)));
      }
    }
    return weights;
  }

  private static double mel(double hertz) {
    return 1127 * Math.log1p(hertz / 700);
  }

  @Override
  protected Tensor call(Tensor x) {
    Arguments args = args();
    DType result = Floats.of(x, dtypePolicy());
    DType compute = result.bytes() == 2 ? DType.FLOAT32 : result;
    double[] window = args.window == null ? null : args.window.values(args.length(), true);
    Complex spectrum =
        Fourier.stft(
            x.cast(compute), args.length(), args.sequenceStride, args.fftLength, window, true);
    Tensor power = Maths.square(spectrum.real()).add(Maths.square(spectrum.imaginary()));
    Tensor raised = args.magExp == 2 ? power : power.pow(args.magExp / 2);
    Tensor mel = raised.matmul(Casting.cast(melWeights, compute));
    return Shaping.swapAxes(args.powerToDb ? decibels(mel) : mel, -1, -2).cast(result);
  }

  private Tensor decibels(Tensor x) {
    double reference = Math.max(Math.abs(args().refPower), args().minPower);
    Tensor level =
        Maths.log10(Maths.maximum(x, args().minPower)).sub(Math.log10(reference)).mul(10);
    return Maths.maximum(level, level.max().sub(args().topDb));
  }
}
