package dev.tapedeck.nn;

/** A window function of signal processing; {@link Windows} has the usual ones. */
@FunctionalInterface
public interface WindowFunction {
  /**
   * Returns the window's values.
   *
   * @param length number of values
   * @param periodic whether the values are those of a symmetric window of one more, without its
   *     last, as for spectra
   */
  double[] values(int length, boolean periodic);
}
