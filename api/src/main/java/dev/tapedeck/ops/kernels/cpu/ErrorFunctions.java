package dev.tapedeck.ops.kernels.cpu;

/**
 * The error function and its complement, to 4 units in the last place (5 for the complement in
 * float64), and its inverse, to 4.
 *
 * <p>M. Shepherd and J. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x", 1981:
 * the complement for all arguments by one polynomial. M. Giles, "Approximating the erfinv
 * function", 2011: the inverse.
 */
final class ErrorFunctions {
  /** The scale of x in {@code t = 1 / (1 + SCALE * x)}. */
  private static final double SCALE = 0.3125;

  /**
   * The coefficients of {@code exp(x²) erfc(x) / t} of {@code 2 t - 1}; the first is what its
   * rounding lost.
   */
  private static final double[] ERFC_32 = {
    -3.0097100922216013e-09,
    0.283591459834483,
    0.198510770439864,
    0.11330532020627881,
    0.0504203319348873,
    0.015684007530530425,
    0.0021472590799060834,
    -0.0007357548222163976,
    -0.00042091205019280446,
    2.7877114555159965e-06,
    3.8537201034300996e-05
  };

  private static final double ERFC_FIRST_32 = 0.3374561965465546;
  private static final double ERFC_FIRST_64 = 0.3374561936237686;

  private static final double[] ERFC_64 = {
    2.3863687979211913e-17,
    0.28359145436922917,
    0.19851075757074127,
    0.11330552413365282,
    0.05042053773555079,
    0.015681802824378772,
    0.0021466853233646156,
    -0.0007259921428881238,
    -0.0004234784088130026,
    -1.4775580234549576e-05,
    4.916243461669771e-05,
    8.80547541199567e-06,
    -5.984029083769613e-06,
    -1.6759443024207512e-06,
    8.793037018669791e-07,
    2.6789983176876253e-07,
    -1.572607119128532e-07,
    -3.6731692605834044e-08,
    3.1245172601033994e-08,
    3.0535358754702523e-09,
    -5.824595331737401e-09,
    3.6699963376473836e-10,
    7.281123213707701e-10,
    -1.5388236051091682e-10,
    -1.1864745322044238e-11
  };

  /** The coefficients of {@code erf(x) / x - 1} of x², up to 1. */
  private static final double[] ERF_32 = {
    0.12837916612625122,
    -0.3761262595653534,
    0.11283597350120544,
    -0.02685432881116867,
    0.005189312156289816,
    -0.0008018855005502701,
    7.882497448008507e-05
  };

  /** Where the error function in float32 becomes 1. */
  private static final double ONE_32 = 3.92;

  /** The coefficients of {@code erf(x) - 1} of {@code x - MIDDLE_32}, from 1 to where it is 1. */
  private static final double[] ERF_TO_ONE_32 = {
    -0.0005033268826082349,
    0.0026562088169157505,
    -0.006535748485475779,
    0.009832828305661678,
    -0.009904964827001095,
    0.00679815374314785,
    -0.002963119884952903,
    0.0004615696961991489,
    0.0003906787314917892,
    -0.00030136696295812726,
    5.1896404329454526e-05,
    2.5363142412970774e-05,
    -9.166920790448785e-06
  };

  private static final double MIDDLE_32 = 2.46;

  private static final double[] ERF_64 = {
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954879,
    -0.026866170645076792,
    0.0052239776248180145,
    -0.000854832698083379,
    0.0001205533111164271,
    -1.4925595266831182e-05,
    1.6461000484121368e-06,
    -1.6350312701054695e-07,
    1.4659775274047436e-08,
    -1.1372848856791674e-09,
    5.957176147748911e-11
  };

  /** The coefficients of {@code erfinv(x) / x - 1} of x², up to 1/2. */
  private static final double[] ERFINV_SMALL = {
    -0.11377307454724199,
    0.23201366653465907,
    0.1275561753044084,
    0.08655212936268364,
    0.06495961132717862,
    0.05173148498700453,
    0.042832578482160585,
    0.036522988083139016,
    0.031145242581416724,
    0.03159332043375326,
    0.008446011584224939,
    0.07345020539520401,
    -0.07607360776328573,
    0.11314166859159029
  };

  /** The coefficients of {@code erfinv(x) / x} of {@code w - 3.25}, w = {@code -log(1 - x²)}. */
  private static final double[] ERFINV = {
    1.6835786578550347,
    0.23861648595217408,
    -0.006294203865043681,
    -0.000649554345413191,
    0.00017776603601794797,
    -1.4770969383150124e-05,
    -1.0082651515398194e-06,
    3.923367645011636e-07,
    -3.297690725947969e-08,
    -2.8502751101885345e-09,
    9.648379878635415e-10,
    -7.047912341445586e-11,
    -8.851296090305972e-12,
    2.4318749653427914e-12,
    -1.437992662048754e-13,
    -2.7472192801030614e-14,
    6.204997238605646e-15,
    -2.425232276931784e-16,
    -8.852982885205106e-17,
    1.3606480485495899e-17,
    1.3556027163288126e-19,
    -1.7421149125324657e-19,
    1.0342389416019862e-20
  };

  /** The coefficients of {@code sqrt(w) - 3.25}, for w from 6.25 to 16. */
  private static final double[] ERFINV_MIDDLE = {
    3.0838856104922208,
    1.0052589676941592,
    0.0053709145535581985,
    -0.0037512085075638536,
    0.0024914420976198813,
    -0.0016882755561681802,
    0.0009532893521118177,
    -0.00035503751863069763,
    2.4031363245440546e-05,
    6.828484052292924e-05,
    -4.731952918337189e-05,
    1.2475343474376931e-05,
    2.9273722115986924e-06,
    -4.013946398190292e-06,
    1.4958263152984917e-06,
    1.832399988132858e-08,
    -2.6860975725571463e-07,
    9.071950571029922e-08,
    -3.831039946072411e-10
  };

  /** The coefficients of {@code sqrt(w) - 5}, for w from 16. */
  private static final double[] ERFINV_TAIL = {
    4.849906401408585,
    1.010300464864534,
    -0.00013871931846279347,
    -0.00021503011928692775,
    7.599527970149839e-05,
    -1.9681778211470945e-05,
    4.526041176109241e-06,
    -9.929824362731265e-07,
    2.2908899336184043e-07,
    -6.771217033066743e-08,
    2.896863203807144e-08,
    -1.496052609384343e-08,
    7.827098893355556e-09,
    -3.788651325903228e-09,
    1.3779954356215018e-09,
    -2.5590674310304177e-10,
    5.180570547264763e-12
  };

  private ErrorFunctions() {}

  static Term erf(Term x) {
    Term size = x.abs();
    Term square = size.times(size);
    Term small = size.fma(square.polynomial(x.isFloat32() ? ERF_32 : ERF_64), size);
    Term large = x.isFloat32() ? erfOfLarge(size) : x.of(1).minus(erfcOfSize(size));
    return size.lt(1).select(small, large).withSignOf(x);
  }

  private static Term erfOfLarge(Term size) {
    Term toOne = size.min(ONE_32).minus(MIDDLE_32).polynomial(ERF_TO_ONE_32).plus(1);
    // Not almost: large numbers are multiplied by what gelu has left.
    return size.of(ONE_32).lt(size).select(1, toOne);
  }

  static Term erfc(Term x) {
    Term above = erfcOfSize(x.abs());
    return x.lt(0).select(x.of(2).minus(above), above);
  }

  /** Returns the complement of a number of 0 or more. */
  private static Term erfcOfSize(Term size) {
    Term x = size.min(size.isFloat32() ? 10.5 : 28);
    Term divisor = x.fma(SCALE, 1);
    Term t = x.of(1).over(divisor);
    // What the roundings of the divisor and the quotient lost.
    Term divisorLost = x.fma(SCALE, x.of(1).minus(divisor));
    Term lostT = t.negate().fma(divisorLost, t.negate().fma(divisor, 1)).times(t);
    Term u = lostT.fma(2, t.fma(2, -1));
    Term p =
        x.isFloat32()
            ? u.polynomial(ERFC_32).plus(ERFC_FIRST_32)
            : u.polynomial(ERFC_64).plus(ERFC_FIRST_64);
    Term scaled = p.fma(t, p.times(lostT));
    // What the rounding of the square lost counts, since the square may be large.
    Term square = x.times(x);
    Term lost = x.fma(x, square.negate());
    return scaled.times(ExponentialFunctions.expOfNegative(square.negate(), lost));
  }

  static Term erfinv(Term x) {
    Term w = LogarithmicFunctions.log(x.of(1).minus(x).times(x.plus(1))).negate();
    Term root = w.sqrt();
    Term tail = root.lt(4).select(root.minus(3.25).polynomial(ERFINV_MIDDLE), tail(root));
    Term factor = w.lt(6.25).select(w.minus(3.25).polynomial(ERFINV), tail);
    Term size = x.abs();
    Term small = size.fma(size.times(size).polynomial(ERFINV_SMALL), size);
    Term inverse = size.lt(0.5).select(small, size.times(factor));
    return size.eq(1).select(Double.POSITIVE_INFINITY, inverse).withSignOf(x);
  }

  private static Term tail(Term root) {
    return root.minus(5).polynomial(ERFINV_TAIL);
  }
}
