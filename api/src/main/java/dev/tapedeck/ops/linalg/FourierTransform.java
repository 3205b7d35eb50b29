package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * The discrete Fourier transform along the last axis, of real and imaginary parts; see {@link
 * Fourier}.
 *
 * @param inverse whether the waves turn the other way
 * @param scaled whether the result is divided by the number of elements
 */
record FourierTransform(boolean inverse, boolean scaled) implements Op {
  /** The largest length: Bluestein's algorithm needs arrays of up to four times as many doubles. */
  static final long LARGEST = 1 << 28;

  /** The number of elements from which on work is worth a thread. */
  private static final long LEAST = 1 << 13;

  @Override
  public String name() {
    return inverse ? "ifft" : "fft";
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Checks.sameFloating(name(), inputs);
    Checks.spec(name(), inputs[0], inputs[1]);
    Shape shape = inputs[0].shape();
    if (shape.isScalar() || shape.size(-1) > LARGEST) {
      throw Refusal.of(
          name(), "needs a last axis of at most " + LARGEST, shape, "reshape or split it");
    }
    return new TensorSpec[] {inputs[0], inputs[0]};
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor[] made = {EagerTensor.allocate(outputs[0]), EagerTensor.allocate(outputs[1])};
    Shape shape = outputs[0].shape();
    if (shape.count() > 0) {
      int length = Math.toIntExact(shape.size(-1));
      FourierPlan plan = FourierPlan.of(length);
      EagerTensor[] from = {inputs[0].dense(), inputs[1].dense()};
      kernels.parallelFor(
          shape.count() / length,
          Math.max(LEAST / length, 1),
          (first, end) -> lines(plan, length, first, end, from, made));
    }
    return made;
  }

  private void lines(
      FourierPlan plan, int length, long first, long end, EagerTensor[] from, EagerTensor[] to) {
    double[][] parts = new double[2][length];
    double[][] spare = new double[2][length];
    int real = inverse ? 1 : 0;
    double scale = scaled ? 1.0 / length : 1;
    for (long line = first; line < end; line++) {
      read(from[0], line, parts[real]);
      read(from[1], line, parts[1 - real]);
      double[][] made = plan.transform(parts, spare);
      write(made[real], scale, line, to[0]);
      write(made[1 - real], scale, line, to[1]);
    }
  }

  private static void read(EagerTensor from, long line, double[] part) {
    MemorySegment memory = from.elements();
    long start = line * part.length;
    if (from.dtype() == DType.FLOAT32) {
      for (int i = 0; i < part.length; i++) {
        part[i] = memory.getAtIndex(Elements.FLOAT, start + i);
      }
    } else {
      for (int i = 0; i < part.length; i++) {
        part[i] = Elements.getDouble(from.dtype(), memory, start + i);
      }
    }
  }

  private static void write(double[] part, double scale, long line, EagerTensor to) {
    MemorySegment memory = to.elements();
    long start = line * part.length;
    if (to.dtype() == DType.FLOAT32) {
      for (int i = 0; i < part.length; i++) {
        memory.setAtIndex(Elements.FLOAT, start + i, (float) (scale * part[i]));
      }
    } else {
      for (int i = 0; i < part.length; i++) {
        Elements.setDouble(to.dtype(), memory, start + i, scale * part[i]);
      }
    }
  }

  /** The matrix of the transform is symmetric: its transpose conjugate turns the other way. */
  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    Tensor like = call.outputs()[0];
    return new FourierTransform(!inverse, scaled)
        .apply(
            upstream[0] == null ? Creation.zerosLike(like) : upstream[0],
            upstream[1] == null ? Creation.zerosLike(like) : upstream[1]);
  }
}
