package dev.tapedeck.ops.kernels.cpu;

/** The discrete Fourier transform of one length. */
interface FourierPlan {
  /** Returns for how many complex numbers it needs memory. */
  long count();

  /** Reads real or imaginary parts into the memory of such parts. */
  void read(long from, boolean narrow, long to);

  /** Transforms the numbers. */
  void transform(FourierWork work);

  /** Writes real or imaginary parts, times a factor. */
  void write(long from, double scale, boolean narrow, long to);
}
