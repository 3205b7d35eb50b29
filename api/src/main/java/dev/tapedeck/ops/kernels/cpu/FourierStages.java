package dev.tapedeck.ops.kernels.cpu;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.MUL;
import static jdk.incubator.vector.VectorOperators.SUB;

import java.util.List;
import jdk.incubator.vector.DoubleVector;

/**
 * Discrete Fourier transforms of one length of the columns of a matrix of doubles, by vectors of
 * columns.
 *
 * <p>There is a stage for each factor of the length: 2, 3, 4 or 5. Each stage writes its results in
 * order (Stockham, 1966): {@code s} transforms of length {@code n} are interleaved in memory, and
 * become {@code r * s} of length {@code n / r}.
 */
final class FourierStages {
  static final int LANES = VectorSupport.FLOAT64.length();
  static final long VECTOR = (long) LANES * Double.BYTES;

  private static final double SIN_60 = Math.sqrt(0.75);
  private static final double COS_72 = Math.cos(2 * Math.PI / 5);
  private static final double SIN_72 = Math.sin(2 * Math.PI / 5);
  private static final double COS_144 = Math.cos(4 * Math.PI / 5);
  private static final double SIN_144 = Math.sin(4 * Math.PI / 5);

  private final List<Integer> factors;
  private final int length;

  /** The wave {@code exp(-2 pi i k / length)}. */
  private final double[] cosines;

  private final double[] sines;

  FourierStages(List<Integer> factors) {
    this.factors = List.copyOf(factors);
    this.length = factors.stream().reduce(1, (a, b) -> a * b);
    this.cosines = new double[length];
    this.sines = new double[length];
    for (int k = 0; k < length; k++) {
      double angle = -2 * Math.PI * k / length;
      cosines[k] = Math.cos(angle);
      sines[k] = Math.sin(angle);
    }
  }

  int length() {
    return length;
  }

  /**
   * Transforms columns.
   *
   * @param bytes size of a row, a multiple of a vector's
   */
  void run(FourierWork work, long bytes) {
    int left = length;
    int turns = 1;
    for (int factor : factors) {
      left /= factor;
      long row = turns * bytes;
      for (int p = 0; p < left; p++) {
        FourierParts x = work.numbers().at(p * row);
        FourierParts y = work.spare().at(factor * (p * row));
        switch (factor) {
          case 2 -> two(x, y, row, left * row, p * turns);
          case 3 -> three(x, y, row, left * row, p * turns);
          case 4 -> {
            even(x, y, row, left * row, p * turns);
            odd(x, y, row, left * row, p * turns);
          }
          default -> five(x, y, row, left * row, p * turns);
        }
      }
      turns *= factor;
      work.swap();
    }
  }

  static DoubleVector all(double number) {
    return DoubleVector.broadcast(VectorSupport.FLOAT64, number);
  }

  static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(
        VectorSupport.FLOAT64,
        VectorSupport.ALL,
        address & VectorSupport.ADDRESS,
        VectorSupport.ORDER);
  }

  static void store(DoubleVector x, long address) {
    x.intoMemorySegment(VectorSupport.ALL, address & VectorSupport.ADDRESS, VectorSupport.ORDER);
  }

  /** Returns the real part of a number that is turned by a wave; short, to be inlined. */
  private static DoubleVector real(
      DoubleVector re, DoubleVector im, DoubleVector cos, DoubleVector sin) {
    return im.lanewise(FMA, sin, re.lanewise(MUL, cos));
  }

  /** Returns the imaginary part of it. */
  private static DoubleVector imaginary(
      DoubleVector re, DoubleVector im, DoubleVector cos, DoubleVector sin) {
    return re.lanewise(FMA, sin, im.lanewise(MUL, cos));
  }

  private void two(FourierParts x, FourierParts y, long row, long apart, int wave) {
    DoubleVector cos1 = all(cosines[wave]);
    DoubleVector sin1 = all(sines[wave]);
    DoubleVector minus1 = all(-sines[wave]);
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector r0 = load(x.real() + q);
      DoubleVector i0 = load(x.imaginary() + q);
      DoubleVector r1 = load(x.real() + apart + q);
      DoubleVector i1 = load(x.imaginary() + apart + q);
      store(r0.lanewise(ADD, r1), y.real() + q);
      store(i0.lanewise(ADD, i1), y.imaginary() + q);
      DoubleVector u1 = r0.lanewise(SUB, r1);
      DoubleVector v1 = i0.lanewise(SUB, i1);
      store(real(u1, v1, cos1, minus1), y.real() + row + q);
      store(imaginary(u1, v1, cos1, sin1), y.imaginary() + row + q);
    }
  }

  private void three(FourierParts x, FourierParts y, long row, long apart, int wave) {
    DoubleVector cos1 = all(cosines[wave]);
    DoubleVector sin1 = all(sines[wave]);
    DoubleVector minus1 = all(-sines[wave]);
    DoubleVector cos2 = all(cosines[2 * wave]);
    DoubleVector sin2 = all(sines[2 * wave]);
    DoubleVector minus2 = all(-sines[2 * wave]);
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector r0 = load(x.real() + q);
      DoubleVector i0 = load(x.imaginary() + q);
      DoubleVector r1 = load(x.real() + apart + q);
      DoubleVector i1 = load(x.imaginary() + apart + q);
      DoubleVector r2 = load(x.real() + 2 * apart + q);
      DoubleVector i2 = load(x.imaginary() + 2 * apart + q);
      DoubleVector sr = r1.lanewise(ADD, r2);
      DoubleVector si = i1.lanewise(ADD, i2);
      DoubleVector dr = i1.lanewise(SUB, i2).lanewise(MUL, all(SIN_60));
      DoubleVector di = r2.lanewise(SUB, r1).lanewise(MUL, all(SIN_60));
      DoubleVector mr = r0.lanewise(SUB, sr.lanewise(MUL, all(0.5)));
      DoubleVector mi = i0.lanewise(SUB, si.lanewise(MUL, all(0.5)));
      store(r0.lanewise(ADD, sr), y.real() + q);
      store(i0.lanewise(ADD, si), y.imaginary() + q);
      DoubleVector u1 = mr.lanewise(ADD, dr);
      DoubleVector v1 = mi.lanewise(ADD, di);
      store(real(u1, v1, cos1, minus1), y.real() + row + q);
      store(imaginary(u1, v1, cos1, sin1), y.imaginary() + row + q);
      DoubleVector u2 = mr.lanewise(SUB, dr);
      DoubleVector v2 = mi.lanewise(SUB, di);
      store(real(u2, v2, cos2, minus2), y.real() + 2 * row + q);
      store(imaginary(u2, v2, cos2, sin2), y.imaginary() + 2 * row + q);
    }
  }

  /** Computes the even results of 4 numbers. */
  private void even(FourierParts x, FourierParts y, long row, long apart, int wave) {
    DoubleVector cos = all(cosines[2 * wave]);
    DoubleVector sin = all(sines[2 * wave]);
    DoubleVector minus = all(-sines[2 * wave]);
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector r0 = load(x.real() + q);
      DoubleVector i0 = load(x.imaginary() + q);
      DoubleVector r1 = load(x.real() + apart + q);
      DoubleVector i1 = load(x.imaginary() + apart + q);
      DoubleVector r2 = load(x.real() + 2 * apart + q);
      DoubleVector i2 = load(x.imaginary() + 2 * apart + q);
      DoubleVector r3 = load(x.real() + 3 * apart + q);
      DoubleVector i3 = load(x.imaginary() + 3 * apart + q);
      DoubleVector ar = r0.lanewise(ADD, r2);
      DoubleVector ai = i0.lanewise(ADD, i2);
      DoubleVector cr = r1.lanewise(ADD, r3);
      DoubleVector ci = i1.lanewise(ADD, i3);
      store(ar.lanewise(ADD, cr), y.real() + q);
      store(ai.lanewise(ADD, ci), y.imaginary() + q);
      DoubleVector u = ar.lanewise(SUB, cr);
      DoubleVector v = ai.lanewise(SUB, ci);
      store(real(u, v, cos, minus), y.real() + 2 * row + q);
      store(imaginary(u, v, cos, sin), y.imaginary() + 2 * row + q);
    }
  }

  /** Computes the odd results of 4 numbers; apart, since HotSpot compiles short loops only. */
  private void odd(FourierParts x, FourierParts y, long row, long apart, int wave) {
    DoubleVector cos1 = all(cosines[wave]);
    DoubleVector sin1 = all(sines[wave]);
    DoubleVector minus1 = all(-sines[wave]);
    DoubleVector cos3 = all(cosines[3 * wave]);
    DoubleVector sin3 = all(sines[3 * wave]);
    DoubleVector minus3 = all(-sines[3 * wave]);
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector r0 = load(x.real() + q);
      DoubleVector i0 = load(x.imaginary() + q);
      DoubleVector r1 = load(x.real() + apart + q);
      DoubleVector i1 = load(x.imaginary() + apart + q);
      DoubleVector r2 = load(x.real() + 2 * apart + q);
      DoubleVector i2 = load(x.imaginary() + 2 * apart + q);
      DoubleVector r3 = load(x.real() + 3 * apart + q);
      DoubleVector i3 = load(x.imaginary() + 3 * apart + q);
      DoubleVector br = r0.lanewise(SUB, r2);
      DoubleVector bi = i0.lanewise(SUB, i2);
      DoubleVector dr = i1.lanewise(SUB, i3);
      DoubleVector di = r3.lanewise(SUB, r1);
      DoubleVector u1 = br.lanewise(ADD, dr);
      DoubleVector v1 = bi.lanewise(ADD, di);
      store(real(u1, v1, cos1, minus1), y.real() + row + q);
      store(imaginary(u1, v1, cos1, sin1), y.imaginary() + row + q);
      DoubleVector u3 = br.lanewise(SUB, dr);
      DoubleVector v3 = bi.lanewise(SUB, di);
      store(real(u3, v3, cos3, minus3), y.real() + 3 * row + q);
      store(imaginary(u3, v3, cos3, sin3), y.imaginary() + 3 * row + q);
    }
  }

  /** Computes one part, real or imaginary, of the first of 5 results: their sum. */
  private static void sum(long x, long y, long row, long apart) {
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector outer = load(x + apart + q).lanewise(ADD, load(x + 4 * apart + q));
      DoubleVector inner = load(x + 2 * apart + q).lanewise(ADD, load(x + 3 * apart + q));
      store(load(x + q).lanewise(ADD, outer).lanewise(ADD, inner), y + q);
    }
  }

  /**
   * Computes, of 5 results, the k-th and the k-th from the end, before they are turned: {@code e +
   * f} and {@code e - f}, where e is of the sums of opposite numbers and f of their differences.
   *
   * @param cos1 the cosine of k fifths of a turn; cos2 that of twice as much, and likewise the
   *     sines
   */
  private static void pair(
      FourierParts x,
      FourierParts y,
      long row,
      long apart,
      int k,
      double cos1,
      double cos2,
      double sin1,
      double sin2) {
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      long re = x.real() + q;
      long im = x.imaginary() + q;
      DoubleVector r1 = load(re + apart);
      DoubleVector r2 = load(re + 2 * apart);
      DoubleVector r3 = load(re + 3 * apart);
      DoubleVector r4 = load(re + 4 * apart);
      DoubleVector i1 = load(im + apart);
      DoubleVector i2 = load(im + 2 * apart);
      DoubleVector i3 = load(im + 3 * apart);
      DoubleVector i4 = load(im + 4 * apart);
      DoubleVector er = fma(r1.lanewise(ADD, r4), cos1, fma(r2.lanewise(ADD, r3), cos2, load(re)));
      DoubleVector ei = fma(i1.lanewise(ADD, i4), cos1, fma(i2.lanewise(ADD, i3), cos2, load(im)));
      DoubleVector fr =
          fma(i1.lanewise(SUB, i4), sin1, i2.lanewise(SUB, i3).lanewise(MUL, all(sin2)));
      DoubleVector fi =
          fma(r4.lanewise(SUB, r1), sin1, r3.lanewise(SUB, r2).lanewise(MUL, all(sin2)));
      store(er.lanewise(ADD, fr), y.real() + k * row + q);
      store(ei.lanewise(ADD, fi), y.imaginary() + k * row + q);
      store(er.lanewise(SUB, fr), y.real() + (5 - k) * row + q);
      store(ei.lanewise(SUB, fi), y.imaginary() + (5 - k) * row + q);
    }
  }

  private static DoubleVector fma(DoubleVector x, double by, DoubleVector plus) {
    return x.lanewise(FMA, all(by), plus);
  }

  /** Turns numbers in their place. */
  private void turn(FourierParts x, long row, int wave) {
    DoubleVector cos = all(cosines[wave]);
    DoubleVector sin = all(sines[wave]);
    DoubleVector minus = all(-sines[wave]);
    int vectors = (int) (row / VECTOR);
    for (int i = 0; i < vectors; i++) {
      long q = i * VECTOR;
      DoubleVector re = load(x.real() + q);
      DoubleVector im = load(x.imaginary() + q);
      store(real(re, im, cos, minus), x.real() + q);
      store(imaginary(re, im, cos, sin), x.imaginary() + q);
    }
  }

  private void five(FourierParts x, FourierParts y, long row, long apart, int wave) {
    sum(x.real(), y.real(), row, apart);
    sum(x.imaginary(), y.imaginary(), row, apart);
    pair(x, y, row, apart, 1, COS_72, COS_144, SIN_72, SIN_144);
    pair(x, y, row, apart, 2, COS_144, COS_72, SIN_144, -SIN_72);
    for (int k = 1; wave > 0 && k < 5; k++) {
      turn(y.at(k * row), row, k * wave);
    }
  }
}
