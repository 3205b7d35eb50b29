package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.RandomOp;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** Numbers of gamma distributions; see {@link Randoms#gamma}. */
record RandomGamma() implements SimpleOp, RandomOp {
  @Override
  public String name() {
    return "gamma";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Checks.sameFloating(name(), inputs[0]);
    Checks.spec(name(), RandomKey.SPEC, inputs[1]);
    return inputs[0];
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    RandomKey key = RandomKey.of(inputs[1]);
    EagerTensor alphas = inputs[0].dense();
    MemorySegment from = alphas.elements();
    MemorySegment to = output.elements();
    for (long i = 0; i < output.shape().count(); i++) {
      double alpha = Elements.getDouble(output.dtype(), from, i);
      if (!(alpha > 0 && Double.isFinite(alpha))) {
        throw Refusal.of(
            "gamma",
            "alpha must be finite and above 0",
            alpha + " at position " + i,
            "make it positive first, as by softplus");
      }
      Elements.setDouble(output.dtype(), to, i, draw(alpha, key.foldIn(i)));
    }
  }

  private static double draw(double alpha, RandomKey key) {
    double boosted = alpha < 1 ? alpha + 1 : alpha;
    double d = boosted - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    for (long attempt = 1; ; attempt++) {
      double x = RandomDraw.normal(key.words(2 * attempt));
      double v = Math.pow(1 + c * x, 3);
      int[] more = key.words(2 * attempt + 1);
      double u = 1 - RandomDraw.unit(more[0], more[1]);
      if (v > 0 && Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
        double less = 1 - RandomDraw.unit(more[2], more[3]);
        return alpha < 1 ? d * v * Math.pow(less, 1 / alpha) : d * v;
      }
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[2];
  }
}
