package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.FourierKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;

/** Discrete Fourier transforms by vector instructions; each is the work of one thread. */
final class CpuFourier implements FourierKernels {
  /** The largest length of a plan that is kept for the next call. */
  private static final int KEPT = 1 << 18;

  /** The number of elements from which on work is worth a thread. */
  private static final long LEAST = 1 << 14;

  /** A plan and its length. */
  private record Plan(int length, FourierPlan plan) {}

  private volatile Plan latest = new Plan(0, null);

  private FourierPlan plan(int length) {
    Plan known = latest;
    if (known.length == length) {
      return known.plan;
    }
    FourierPlan made =
        FourierMatrix.has(length) ? new FourierMatrix(length) : new FourierChirp(length);
    if (length <= KEPT) {
      latest = new Plan(length, made);
    }
    return made;
  }

  @Override
  public void transform(boolean inverse, double scale, EagerTensor[] from, EagerTensor[] to) {
    int length = Math.toIntExact(from[0].shape().size(-1));
    FourierPlan plan = plan(length);
    boolean narrow = from[0].dtype() == DType.FLOAT32;
    long bytes = (long) length * from[0].dtype().bytes();
    try (DenseOperand real = DenseOperand.of(from[0]);
        DenseOperand imaginary = DenseOperand.of(from[1]);
        DenseOperand toReal = DenseOperand.of(to[0]);
        DenseOperand toImaginary = DenseOperand.of(to[1])) {
      FourierParts x = new FourierParts(real.address(), imaginary.address());
      FourierParts y = new FourierParts(toReal.address(), toImaginary.address());
      Workers.run(
          from[0].shape().count() / length,
          Math.max(LEAST / length, 1),
          (first, end) -> {
            try (FourierWork work = new FourierWork(plan.count())) {
              for (long row = first; row < end; row++) {
                row(plan, work, inverse, scale, narrow, x.at(row * bytes), y.at(row * bytes));
              }
            }
          });
    }
  }

  private static void row(
      FourierPlan plan,
      FourierWork work,
      boolean inverse,
      double scale,
      boolean narrow,
      FourierParts from,
      FourierParts to) {
    plan.read(from.real(), narrow, work.numbers().real());
    plan.read(from.imaginary(), narrow, work.numbers().imaginary());
    if (inverse) {
      work.exchange();
    }
    plan.transform(work);
    if (inverse) {
      work.exchange();
    }
    plan.write(work.numbers().real(), scale, narrow, to.real());
    plan.write(work.numbers().imaginary(), scale, narrow, to.imaginary());
  }
}
