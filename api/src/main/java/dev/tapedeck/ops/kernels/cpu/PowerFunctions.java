package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;

/**
 * Powers, roots and remainders, to 2 units in the last place; remainders are exact.
 *
 * <p>T. Dekker, "A floating-point technique for extending the available precision", 1971: the
 * logarithm of a power's base as a sum of two numbers.
 */
final class PowerFunctions {
  /** The coefficients of {@code (2 atanh(s) - 2 s - 2/3 s³) / s⁵} of s². */
  private static final double[] LOG = {
    0.4,
    0.28571428571429375,
    0.22222222221651663,
    0.1818181833634914,
    0.15384594860399295,
    0.1333481024440002,
    0.11706087794949842,
    0.11724730998741087
  };

  private static final double TWO_THIRDS = 2. / 3;
  private static final double TWO_THIRDS_LOW = 3.700743415417188e-17;

  /** The coefficients of an approximation of the inverse cube root from sqrt(1/2) to sqrt(2). */
  private static final double[] INVERSE_CBRT = {
    1.7260775382894122, -1.271944094799583, 0.7000734467866542, -0.1544003200736959
  };

  /** The number from which on all float64 numbers are whole. */
  private static final double WHOLE = 0x1p52;

  private static final double WHOLE_32 = 0x1p23;

  private static final double CBRT_2 = 1.2599210498948732;

  private PowerFunctions() {}

  /** A number as the unevaluated sum of two. */
  private record Pair(Term high, Term low) {}

  static Term pow(Term x, Term y) {
    Term size = x.abs();
    Pair log = log(size);
    Term high = y.times(log.high);
    Term low = y.fma(log.high, high.negate()).plus(y.times(log.low));
    Term power = exp(high, low);
    power = y.eq(2).select(size.times(size), power);
    power = y.eq(1).select(size, power);
    // Zeros and infinities have no such logarithm.
    Term zero = size.eq(0);
    Term falls = zero.select(y, y.negate()).lt(0);
    Term edge = falls.select(Double.POSITIVE_INFINITY, x.of(0));
    Term atEdge = zero.or(size.eq(Double.POSITIVE_INFINITY)).and(y.eq(y));
    power = atEdge.select(edge, power);
    power = x.eq(x).select(power, x);
    return ofBase(x, y, power);
  }

  /** Returns the power of a base's size, of numbers that were float32 ones. */
  static Term powOfSizeNarrow(Term x, Term y) {
    return ExponentialFunctions.expNarrow(y.times(LogarithmicFunctions.logNarrow(x.abs())));
  }

  /** Returns {@code exp(high + low)}. */
  private static Term exp(Term high, Term low) {
    Term bounded = high.max(-800).min(800);
    Term n = ExponentialFunctions.whole(bounded);
    Term rest = n.fma(-ExponentialFunctions.LN2, bounded);
    Term within = high.abs().lt(800);
    Term less = within.select(low, high.of(0));
    rest = rest.plus(n.fma(-ExponentialFunctions.LN2_LOW, less));
    return ExponentialFunctions.exp(n, rest, 0);
  }

  /** Returns the logarithm of a positive float64 number, with about 64 digits. */
  private static Pair log(Term x) {
    Term small = x.lt(Double.MIN_NORMAL);
    Term normal = small.select(x.times(0x1p54), x);
    Term m = normal.fraction();
    Term e = normal.exponent();
    e = small.select(e.minus(54), e);
    // s = (m - 1) / (m + 1), and what its rounding lost.
    Term f = m.minus(1);
    Term divisor = m.plus(1);
    Term lost = m.minus(divisor.minus(1));
    Term inverse = x.of(1).over(divisor);
    Term s = f.times(inverse);
    Term minus = s.negate();
    Term sLow = minus.fma(lost, minus.fma(divisor, f)).times(inverse);
    // s² and s³
    Term square = s.times(s);
    Term squareLow = s.fma(s, square.negate()).plus(s.plus(s).times(sLow));
    Term cube = s.times(square);
    Term cubeLow = s.fma(square, cube.negate()).plus(s.times(squareLow)).plus(sLow.times(square));
    // 2 s + 2/3 s³ + ..
    Term third = cube.times(TWO_THIRDS);
    Term thirdLow = cube.fma(TWO_THIRDS, third.negate());
    thirdLow = cube.fma(TWO_THIRDS_LOW, cubeLow.fma(TWO_THIRDS, thirdLow));
    Term rest = cube.times(square).times(square.polynomial(LOG));
    Term twice = s.plus(s);
    Pair first = sum(twice, third);
    Term low = first.low.plus(thirdLow).plus(sLow.plus(sLow)).plus(rest);
    Pair fraction = sum(first.high, low);
    // The product is exact.
    Pair all = sum(e.times(LogarithmicFunctions.LN2_HIGH), fraction.high);
    Term allLow = all.low.plus(e.fma(LogarithmicFunctions.LN2_LOW, fraction.low));
    return sum(all.high, allLow);
  }

  /** Returns the sum of two numbers, of which the first is 0 or not the smaller one. */
  private static Pair sum(Term x, Term y) {
    Term high = x.plus(y);
    return new Pair(high, y.minus(high.minus(x)));
  }

  /** Returns a power of the base's size, completed for the base's sign, and where it is 1. */
  static Term ofBase(Term x, Term y, Term power) {
    Term exponent = y.abs();
    double whole = x.isFloat32() ? WHOLE_32 : WHOLE;
    Term odd = fraction(exponent.times(0.5), whole).eq(0.5);
    Term broken = x.of(0).lt(fraction(exponent, whole)).and(exponent.lt(whole));
    Term size = x.abs();
    Term result = size.eq(1).select(1, power);
    result = odd.select(result.withSignOf(x), result);
    Term none = x.lt(0).and(broken).and(size.lt(Double.POSITIVE_INFINITY));
    result = none.or(x.eq(-1).and(y.eq(y).not())).select(Double.NaN, result);
    return y.eq(0).select(1, result);
  }

  /** Returns how far a number is from a whole one, if it is not so large that all are. */
  private static Term fraction(Term x, double whole) {
    return x.minus(x.plus(whole).minus(whole)).abs();
  }

  /** Returns the cube root, refined from an approximation of its inverse. */
  static Term cbrt(Term x) {
    Term size = x.abs();
    Term small = size.lt(Double.MIN_NORMAL);
    Term normal = small.select(size.times(0x1p54), size);
    Term m = normal.fraction();
    Term e = normal.exponent();
    Term third = e.times(1. / 3).rounded();
    Term rest = third.fma(-3, e);
    Term up = x.of(0).lt(rest);
    Term down = rest.lt(0);
    Term inverse = m.polynomial(INVERSE_CBRT);
    inverse = inverse.times(up.select(1 / CBRT_2, down.select(CBRT_2, x.of(1))));
    m = m.times(up.select(2, down.select(0.5, x.of(1))));
    for (int i = 0; i < 2; i++) {
      // Householder's iteration of the third order.
      Term error = m.times(inverse).times(inverse).fma(inverse.negate(), 1);
      inverse = inverse.times(error).fma(error.fma(2. / 9, 1. / 3), inverse);
    }
    Term square = inverse.times(inverse);
    Term root = m.times(square);
    Term rootSquare = root.times(root);
    Term lost = root.fma(root, rootSquare.negate());
    Term error = root.negate().fma(lost, root.negate().fma(rootSquare, m));
    root = error.fma(square.times(1. / 3), root);
    root = root.times(small.select(third.minus(18), third).power()).withSignOf(x);
    Term plain = x.of(0).lt(size).and(size.lt(Double.POSITIVE_INFINITY));
    return plain.select(root, x.times(x.abs())); // zeros, infinities and NaN
  }

  /** Returns the root of the sum of two squares, scaled so that these are normal numbers. */
  static Term hypot(Term x, Term y) {
    Term a = x.abs();
    Term b = y.abs();
    Term less = a.lt(b);
    Term large = less.select(b, a);
    Term least = less.select(a, b);
    Term huge = x.of(0x1p500).lt(large);
    Term tiny = large.lt(0x1p-450);
    Term scale = huge.select(0x1p-600, tiny.select(0x1p600, x.of(1)));
    Term back = huge.select(0x1p600, tiny.select(0x1p-600, x.of(1)));
    large = large.times(scale);
    least = least.times(scale);
    Term root = large.fma(large, least.times(least)).sqrt().times(back);
    Term infinite = a.eq(Double.POSITIVE_INFINITY).or(b.eq(Double.POSITIVE_INFINITY));
    return infinite.select(Double.POSITIVE_INFINITY, root);
  }

  /** Returns the quotient rounded down; zeros keep their sign. */
  static Term floorDiv(Term x, Term y) {
    Term quotient = x.over(y);
    Term size = quotient.abs();
    Term whole = size.plus(WHOLE).minus(WHOLE).withSignOf(quotient);
    whole = quotient.lt(whole).select(whole.minus(1), whole);
    return size.lt(WHOLE).and(size.eq(0).not()).select(whole, quotient);
  }

  /** Returns the remainder of the quotient rounded down; that of a large quotient is rare. */
  static Term floorMod(Term x, Term y) {
    Term quotient = x.over(y);
    Term whole = quotient.rounded();
    whole = quotient.lt(whole).select(whole.minus(1), whole);
    Term rest = whole.negate().fma(y, x);
    // The quotient may have been rounded up to a whole number.
    Term beyond = y.lt(0).select(x.of(0).lt(rest), rest.lt(0));
    rest = beyond.select(rest.plus(y), rest);
    rest = rest.eq(0).select(x.of(0).withSignOf(x), rest);
    double most = x.isFloat32() ? 0x1p22 : 0x1p51;
    Term plain = quotient.abs().lt(most).and(y.abs().lt(Double.POSITIVE_INFINITY));
    return rest.patched(plain.not(), Primitive.FLOOR_MOD, x, y);
  }
}
