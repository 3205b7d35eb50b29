package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.FourierKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;

/** Discrete Fourier transforms in Java: ND4J has none. */
final class JavaFourier implements FourierKernels {
  @Override
  public void transform(boolean inverse, double scale, EagerTensor[] from, EagerTensor[] to) {
    int length = Math.toIntExact(from[0].shape().size(-1));
    FourierPlan plan = FourierPlan.of(length);
    double[][] parts = new double[2][length];
    double[][] spare = new double[2][length];
    int real = inverse ? 1 : 0;
    for (long start = 0; start < from[0].shape().count(); start += length) {
      read(from[0], start, parts[real]);
      read(from[1], start, parts[1 - real]);
      double[][] made = plan.transform(parts, spare);
      write(made[real], scale, start, to[0]);
      write(made[1 - real], scale, start, to[1]);
    }
  }

  private static void read(EagerTensor from, long start, double[] part) {
    for (int i = 0; i < part.length; i++) {
      part[i] = Elements.getDouble(from.dtype(), from.elements(), start + i);
    }
  }

  private static void write(double[] part, double scale, long start, EagerTensor to) {
    for (int i = 0; i < part.length; i++) {
      Elements.setDouble(to.dtype(), to.elements(), start + i, scale * part[i]);
    }
  }
}
