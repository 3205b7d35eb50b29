package dev.tapedeck.nn;

import dev.tapedeck.tensor.Refusal;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The window functions that {@code scipy.signal.windows} has without parameters, and their names.
 *
 * <p>They are symmetric functions of the distance {@code d} from the middle, 0 there and 1 at the
 * first and the last value.
 */
@SuppressWarnings("ImmutableEnumChecker") // the curves are stateless functions
public enum Windows implements WindowFunction {
  /** The Bartlett-Hann window. */
  BARTHANN((d, _) -> 0.62 - 0.24 * d + 0.38 * Math.cos(Math.PI * d)),
  /** A triangle that is 0 at its ends. */
  BARTLETT((d, _) -> 1 - d),
  /** The Blackman window. */
  BLACKMAN(cosines(0.42, 0.5, 0.08)),
  /** The Blackman-Harris window of four terms. */
  BLACKMANHARRIS(cosines(0.35875, 0.48829, 0.14128, 0.01168)),
  /** The Bohman window. */
  BOHMAN((d, _) -> (1 - d) * Math.cos(Math.PI * d) + Math.sin(Math.PI * d) / Math.PI),
  /** Ones. */
  BOXCAR((_, _) -> 1),
  /** Half a period of the sine, sampled between its zeros. */
  COSINE((d, length) -> Math.cos(Math.PI / 2 * d * (length - 1) / length)),
  /** The exponential window that falls by a factor of e at each value. */
  EXPONENTIAL((d, length) -> Math.exp(-d * (length - 1) / 2)),
  /** The flat-top window. */
  FLATTOP(cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368)),
  /** The Hamming window. */
  HAMMING(cosines(0.54, 0.46)),
  /** The Hann window. */
  HANN(cosines(0.5, 0.5)),
  /** The Lanczos window, the main lobe of the sinc function. */
  LANCZOS((d, _) -> d == 0 ? 1 : Math.sin(Math.PI * d) / (Math.PI * d)),
  /** The Nuttall window of four terms. */
  NUTTALL(cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411)),
  /** The Parzen window. */
  PARZEN(Windows::parzen),
  /** A triangle that is above 0 at its ends. */
  TRIANG((d, length) -> 1 - d * (length - 1) / (length + length % 2)),
  /** The Tukey window, half of which is tapered by cosines. */
  TUKEY((d, _) -> d <= 0.5 ? 1 : 0.5 - 0.5 * Math.cos(2 * Math.PI * d));

  /** A window's value at a distance from the middle, for a number of values. */
  private interface Curve {
    double at(double distance, int length);
  }

  private final Curve curve;

  Windows(Curve curve) {
    this.curve = curve;
  }

  /** Returns the curve of a sum of cosines, of 0, 1, .. periods. */
  private static Curve cosines(double... amplitudes) {
    return (d, _) ->
        IntStream.range(0, amplitudes.length)
            .mapToDouble(k -> amplitudes[k] * Math.cos(Math.PI * k * d))
            .sum();
  }

  private static double parzen(double d, int length) {
    double r = d * (length - 1) / length;
    return d <= 0.5 ? 1 - 6 * r * r * (1 - r) : 2 * Math.pow(1 - r, 3);
  }

  @Override
  public double[] values(int length, boolean periodic) {
    if (length < 1) {
      throw Refusal.of(name(), "length must be 1 or more", length, "give a length");
    }
    double[] values = new double[length];
    int symmetric = periodic ? length + 1 : length;
    double middle = (symmetric - 1) / 2.0;
    Arrays.setAll(
        values, i -> length == 1 ? 1 : curve.at(Math.abs(i - middle) / middle, symmetric));
    return values;
  }
}
