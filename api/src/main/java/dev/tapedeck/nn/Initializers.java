package dev.tapedeck.nn;

import dev.tapedeck.nn.VarianceScaling.Distribution;
import dev.tapedeck.nn.VarianceScaling.Mode;

/**
 * The usual initializers of variables, with Keras's defaults; those of random numbers take a seed
 * with {@code seeded(42)}.
 *
 * <p>{@code fanIn} and {@code fanOut} are the numbers of inputs and outputs of a unit: the last two
 * axes, times the window of a convolution's kernel {@code [kh, kw, in, out]}.
 */
public final class Initializers {
  private Initializers() {}

  /** Returns {@link Zeros}. */
  public static Zeros zeros() {
    return new Zeros();
  }

  /** Returns {@link Ones}. */
  public static Ones ones() {
    return new Ones();
  }

  /** Returns {@link Constant}: one value, repeated. */
  public static Constant constant(double value) {
    return new Constant(value);
  }

  /** Returns {@link Identity}: the identity matrix. */
  public static Identity identity() {
    return identity(1);
  }

  /** Returns {@link Identity}: {@code gain} times the identity matrix. */
  public static Identity identity(double gain) {
    return new Identity(gain);
  }

  /** Returns {@link RandomNormal} of mean 0 and standard deviation 0.05. */
  public static RandomNormal randomNormal() {
    return randomNormal(0, 0.05);
  }

  /** Returns {@link RandomNormal}: normal numbers. */
  public static RandomNormal randomNormal(double mean, double stddev) {
    return new RandomNormal(mean, stddev, null);
  }

  /** Returns {@link RandomUniform} in {@code [-0.05, 0.05)}. */
  public static RandomUniform randomUniform() {
    return randomUniform(-0.05, 0.05);
  }

  /** Returns {@link RandomUniform}: uniform numbers in {@code [minval, maxval)}. */
  public static RandomUniform randomUniform(double minval, double maxval) {
    return new RandomUniform(minval, maxval, null);
  }

  /** Returns {@link TruncatedNormal} of mean 0 and standard deviation 0.05. */
  public static TruncatedNormal truncatedNormal() {
    return truncatedNormal(0, 0.05);
  }

  /** Returns {@link TruncatedNormal}: normal numbers within two standard deviations. */
  public static TruncatedNormal truncatedNormal(double mean, double stddev) {
    return new TruncatedNormal(mean, stddev, null);
  }

  /**
   * Returns {@link VarianceScaling} of scale 1: truncated normal numbers of variance {@code 1 /
   * fanIn}.
   */
  public static VarianceScaling varianceScaling() {
    return varianceScaling(1, Mode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /** Returns {@link VarianceScaling}: numbers of variance {@code scale / n}. */
  public static VarianceScaling varianceScaling(
      double scale, Mode mode, Distribution distribution) {
    return new VarianceScaling(scale, mode, distribution);
  }

  /**
   * Returns {@link GlorotNormal}: truncated normal numbers of variance {@code 2 / (fanIn +
   * fanOut)}.
   */
  public static GlorotNormal glorotNormal() {
    return new GlorotNormal();
  }

  /**
   * Returns {@link GlorotUniform}: uniform numbers within {@code sqrt(6 / (fanIn + fanOut))} of 0.
   */
  public static GlorotUniform glorotUniform() {
    return new GlorotUniform();
  }

  /** Returns {@link HeNormal}: truncated normal numbers of variance {@code 2 / fanIn}. */
  public static HeNormal heNormal() {
    return new HeNormal();
  }

  /** Returns {@link HeUniform}: uniform numbers within {@code sqrt(6 / fanIn)} of 0. */
  public static HeUniform heUniform() {
    return new HeUniform();
  }

  /** Returns {@link LecunNormal}: truncated normal numbers of variance {@code 1 / fanIn}. */
  public static LecunNormal lecunNormal() {
    return new LecunNormal();
  }

  /** Returns {@link LecunUniform}: uniform numbers within {@code sqrt(3 / fanIn)} of 0. */
  public static LecunUniform lecunUniform() {
    return new LecunUniform();
  }

  /** Returns {@link Orthogonal}: an orthogonal matrix. */
  public static Orthogonal orthogonal() {
    return orthogonal(1);
  }

  /** Returns {@link Orthogonal}: {@code gain} times an orthogonal matrix. */
  public static Orthogonal orthogonal(double gain) {
    return new Orthogonal(gain, null);
  }

  /** Returns {@link STFT} of one side, with a Hann window scaled to density. */
  public static STFT stft(STFT.Side side) {
    return new STFT(side, Windows.HANN, STFT.Scaling.DENSITY, false);
  }

  /** Returns {@link STFT}: a convolution's kernel that makes it a short-time Fourier transform. */
  public static STFT stft(
      STFT.Side side, WindowFunction window, STFT.Scaling scaling, boolean periodic) {
    return new STFT(side, window, scaling, periodic);
  }
}
