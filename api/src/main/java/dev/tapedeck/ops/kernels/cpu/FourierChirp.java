package dev.tapedeck.ops.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The transform of any length, as a convolution with the chirp {@code exp(-pi i k^2 / length)} by
 * transforms of a power of 2 (Bluestein, 1970).
 */
final class FourierChirp implements FourierPlan {
  /** The least power of 2 of which a matrix has no padding. */
  private static final int LEAST = 128;

  private final int length;
  private final FourierMatrix longer;
  private final long bytes;
  private final MemorySegment memory;
  private final FourierParts chirp;

  /** The transform of the chirp's conjugate, mirrored, divided by its length. */
  private final FourierParts mirrored;

  FourierChirp(int length) {
    this.length = length;
    int power = Math.max(LEAST, Integer.highestOneBit(2 * length - 1) * 2);
    this.longer = new FourierMatrix(power);
    this.bytes = (long) power * Double.BYTES;
    this.memory = Arena.ofAuto().allocate(4 * bytes, FourierMatrix.ROW);
    this.chirp = new FourierParts(memory.address(), memory.address() + bytes);
    this.mirrored = chirp.at(2 * bytes);
    try (FourierWork work = new FourierWork(power)) {
      clear(work.numbers(), bytes);
      for (int k = 0; k < length; k++) {
        double angle = -Math.PI * ((long) k * k % (2L * length)) / length;
        set(chirp, k, Math.cos(angle), Math.sin(angle));
        set(work.numbers(), k, Math.cos(angle) / power, -Math.sin(angle) / power);
        int other = k == 0 ? 0 : power - k;
        set(work.numbers(), other, Math.cos(angle) / power, -Math.sin(angle) / power);
      }
      longer.transform(work);
      copy(work.numbers().real(), mirrored.real());
      copy(work.numbers().imaginary(), mirrored.imaginary());
    }
  }

  private static void clear(FourierParts x, long bytes) {
    VectorSupport.ALL.asSlice(x.real(), bytes).fill((byte) 0);
    VectorSupport.ALL.asSlice(x.imaginary(), bytes).fill((byte) 0);
  }

  private static void set(FourierParts x, int k, double re, double im) {
    long at = (long) k * Double.BYTES;
    VectorSupport.ALL.set(ValueLayout.JAVA_DOUBLE, x.real() + at, re);
    VectorSupport.ALL.set(ValueLayout.JAVA_DOUBLE, x.imaginary() + at, im);
  }

  private void copy(long from, long to) {
    MemorySegment.copy(VectorSupport.ALL, from, VectorSupport.ALL, to, bytes);
  }

  @Override
  public long count() {
    return longer.count();
  }

  @Override
  public void read(long from, boolean narrow, long to) {
    FourierLoops.read(from, narrow, length, to);
    long read = (long) length * Double.BYTES;
    VectorSupport.ALL.asSlice(to + read, bytes - read).fill((byte) 0);
  }

  @Override
  public void transform(FourierWork work) {
    FourierLoops.multiply(work.numbers(), chirp, bytes);
    longer.transform(work);
    FourierLoops.multiply(work.numbers(), mirrored, bytes);
    work.exchange();
    longer.transform(work);
    work.exchange();
    FourierLoops.multiply(work.numbers(), chirp, bytes);
  }

  @Override
  public void write(long from, double scale, boolean narrow, long to) {
    FourierLoops.write(from, scale, length, narrow, to);
  }
}
