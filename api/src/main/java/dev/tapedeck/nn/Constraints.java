package dev.tapedeck.nn;

import java.util.Arrays;
import java.util.List;

/**
 * The usual constraints, with Keras's defaults.
 *
 * <p>Axes are those of the weights of one unit; none given stands for axis 0.
 */
public final class Constraints {
  private Constraints() {}

  /** Returns {@link MaxNorm} of 2 along axis 0. */
  public static MaxNorm maxNorm() {
    return maxNorm(2);
  }

  /** Returns {@link MaxNorm}: a norm of at most {@code maxValue}. */
  public static MaxNorm maxNorm(double maxValue, int... axis) {
    return new MaxNorm(maxValue, axes(axis));
  }

  /** Returns {@link MinMaxNorm} of 0 to 1 along axis 0. */
  public static MinMaxNorm minMaxNorm() {
    return minMaxNorm(0, 1, 1);
  }

  /**
   * Returns {@link MinMaxNorm}: a norm within {@code [minValue, maxValue]}, approached at a rate.
   */
  public static MinMaxNorm minMaxNorm(double minValue, double maxValue, double rate, int... axis) {
    return new MinMaxNorm(minValue, maxValue, rate, axes(axis));
  }

  /** Returns {@link NonNeg}: weights of 0 or more. */
  public static NonNeg nonNeg() {
    return new NonNeg();
  }

  /** Returns {@link UnitNorm}: a norm of 1. */
  public static UnitNorm unitNorm(int... axis) {
    return new UnitNorm(axes(axis));
  }

  private static List<Integer> axes(int... axis) {
    return axis.length == 0 ? List.of(0) : Arrays.stream(axis).boxed().toList();
  }
}
