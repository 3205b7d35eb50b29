package dev.tapedeck.tensor;

import java.util.Arrays;
import java.util.function.LongBinaryOperator;

/**
 * Exact arithmetic on sizes, offsets and counts, which throws on overflow.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Sizes {
  private Sizes() {}

  /** Returns whether two sizes are known to differ. */
  public static boolean differ(long one, long other) {
    return one != other && one != Shape.UNKNOWN && other != Shape.UNKNOWN;
  }

  /** Returns the sum of sizes. */
  public static long sum(String who, long... sizes) {
    return exactly(who, "needs a sum of sizes below 2^63", 0, Math::addExact, sizes);
  }

  /** Returns the product of sizes. */
  public static long product(String who, long... sizes) {
    return exactly(who, "needs fewer than 2^63 elements", 1, Math::multiplyExact, sizes);
  }

  /** Returns how much larger one number is than another. */
  public static long difference(String who, long one, long other) {
    try {
      return Math.subtractExact(one, other);
    } catch (ArithmeticException _) {
      throw Refusal.of(
          who, "needs numbers less than 2^63 apart", other + " and " + one, "use closer ones");
    }
  }

  private static long exactly(
      String who, String expected, long start, LongBinaryOperator op, long... sizes) {
    try {
      return Arrays.stream(sizes).reduce(start, op);
    } catch (ArithmeticException _) {
      throw Refusal.of(who, expected, "sizes " + Arrays.toString(sizes), "use smaller sizes");
    }
  }
}
