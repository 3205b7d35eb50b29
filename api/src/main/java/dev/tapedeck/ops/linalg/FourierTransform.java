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
      double scale = scaled ? 1.0 / shape.size(-1) : 1;
      EagerTensor[] from = {wide(inputs[0].dense()), wide(inputs[1].dense())};
      EagerTensor[] to = {wide(made[0]), wide(made[1])};
      kernels.fourier().transform(inverse, scale, from, to);
      narrow(to[0], made[0]);
      narrow(to[1], made[1]);
    }
    return made;
  }

  /** Returns the numbers as float32 if they have 16 bits. */
  private static EagerTensor wide(EagerTensor x) {
    if (x.dtype().bytes() > 2) {
      return x;
    }
    EagerTensor wide = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, x.shape()));
    copy(x, wide);
    return wide;
  }

  private static void narrow(EagerTensor from, EagerTensor to) {
    if (from.dtype() != to.dtype()) {
      copy(from, to);
    }
  }

  private static void copy(EagerTensor from, EagerTensor to) {
    for (long i = 0; i < from.shape().count(); i++) {
      double x = Elements.getDouble(from.dtype(), from.elements(), i);
      Elements.setDouble(to.dtype(), to.elements(), i, x);
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
