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
import org.apache.commons.numbers.gamma.LogGamma;

/** Numbers of binomial distributions; see {@link Randoms#binomial}. */
record RandomBinomial() implements SimpleOp, RandomOp {
  /** Mean up to which the trials are walked through, rather than a number proposed. */
  private static final double FEW = 10;

  @Override
  public String name() {
    return "binomial";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 3, inputs);
    Checks.sameFloating(name(), inputs[0], inputs[1]);
    Checks.spec(name(), RandomKey.SPEC, inputs[2]);
    return inputs[0];
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    RandomKey key = RandomKey.of(inputs[2]);
    MemorySegment counts = inputs[0].dense().elements();
    MemorySegment probabilities = inputs[1].dense().elements();
    for (long i = 0; i < output.shape().count(); i++) {
      double n = Elements.getDouble(output.dtype(), counts, i);
      double p = Elements.getDouble(output.dtype(), probabilities, i);
      if (!(n >= 0 && Double.isFinite(n) && n == Math.rint(n) && p >= 0 && p <= 1)) {
        throw Refusal.of(
            "binomial",
            "needs whole counts of 0 or more, and probabilities in [0, 1]",
            n + " and " + p + " at position " + i,
            "round the counts, and clip the probabilities");
      }
      double few = draw(n, Math.min(p, 1 - p), key.foldIn(i));
      Elements.setDouble(output.dtype(), output.elements(), i, p <= 0.5 ? few : n - few);
    }
  }

  private static double draw(double n, double p, RandomKey key) {
    return n * p < FEW ? walked(n, p, key) : proposed(n, p, key);
  }

  /** Adds up the lengths of the runs of failures between successes. */
  private static double walked(double n, double p, RandomKey key) {
    if (p == 0) {
      return 0;
    }
    double trials = 0;
    for (long successes = 0; ; successes++) {
      int[] words = key.words(successes);
      double u = 1 - RandomDraw.unit(words[0], words[1]);
      trials += Math.floor(Math.log(u) / Math.log1p(-p)) + 1;
      if (trials > n) {
        return successes;
      }
    }
  }

  /** Rejects proposals of a transformed uniform number, as Hoermann's algorithm BTRS. */
  private static double proposed(double n, double p, RandomKey key) {
    double deviation = Math.sqrt(n * p * (1 - p));
    double b = 1.15 + 2.53 * deviation;
    double a = -0.0873 + 0.0248 * b + 0.01 * p;
    double center = n * p + 0.5;
    double alpha = (2.83 + 5.1 / b) * deviation;
    double mode = Math.floor((n + 1) * p);
    for (long attempt = 0; ; attempt++) {
      int[] words = key.words(attempt);
      double u = RandomDraw.unit(words[0], words[1]) - 0.5;
      double v = 1 - RandomDraw.unit(words[2], words[3]);
      double distance = 0.5 - Math.abs(u);
      double k = Math.floor((2 * a / distance + b) * u + center);
      if (k < 0 || k > n) {
        continue;
      }
      double height = Math.log(v * alpha / (a / (distance * distance) + b));
      if (height <= logOdds(n, p, k) - logOdds(n, p, mode)) {
        return k;
      }
    }
  }

  /** Returns the logarithm of the probability of a number, up to a constant. */
  private static double logOdds(double n, double p, double k) {
    return k * Math.log(p / (1 - p)) - LogGamma.value(k + 1) - LogGamma.value(n - k + 1);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[3];
  }
}
