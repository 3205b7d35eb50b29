package dev.tapedeck.nn;

import dev.tapedeck.tensor.Refusal;
import java.util.List;

/** Checks of the numbers that initializers, regularizers and constraints are made of. */
final class Parameters {
  private Parameters() {}

  /** Checks that a number is finite. */
  static void finite(Record of, String parameter, double value) {
    if (!Double.isFinite(value)) {
      throw refusal(of, parameter + " must be finite", value, "give a finite number");
    }
  }

  /** Checks that a number is finite, and 0 or more. */
  static void notNegative(Record of, String parameter, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw refusal(of, parameter + " must be finite, and 0 or more", value, "give 0 or more");
    }
  }

  /** Returns an unmodifiable copy of axes, of which there must be one. */
  static List<Integer> axes(Record of, String parameter, List<Integer> axes) {
    if (axes == null || axes.isEmpty()) {
      throw refusal(of, parameter + " must have an axis or more", axes, "give axes, as 0");
    }
    return List.copyOf(axes);
  }

  /** Returns the error for a parameter. */
  static IllegalArgumentException refusal(
      Record of, String expected, Object received, String remedy) {
    return Refusal.of(of.getClass().getSimpleName(), expected, received, remedy);
  }
}
