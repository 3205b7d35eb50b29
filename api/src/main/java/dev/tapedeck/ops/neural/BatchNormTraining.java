package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;

/**
 * Batch normalization in training, of {@code [.., c]}: two passes over memory, and two for the
 * gradient, while that of its parts would take a dozen.
 *
 * <p>With {@code n} elements of a channel, {@code d = x - mean}, {@code s = sqrt(variance +
 * epsilon)} and the gradient {@code g} of {@code y = d * scale / s + offset}, the gradient is
 * {@code (g - sum(g) / n - d * sum(g * d) / (n * s * s)) * scale / s}.
 *
 * @param scaled whether there is a scale
 * @param shifted whether there is an offset
 */
record BatchNormTraining(double epsilon, boolean scaled, boolean shifted)
    implements Differentiable {
  private static final Pointwise NORMAL =
      Pointwise.floating(Formula.of("batchNorm", 4, x -> x[0].minus(x[1]).times(x[2]).plus(x[3])));

  private static final Pointwise GRADIENT =
      Pointwise.floating(
          Formula.of(
              "batchNorm/gradient",
              6,
              x -> x[0].minus(x[3]).minus(x[1].minus(x[2]).times(x[4])).times(x[5])));

  /** Normalizes; scale and offset are {@code [c]}, or null. */
  static Normalization.BatchNorm of(Tensor x, Tensor scale, Tensor offset, double epsilon) {
    BatchNormTraining op = new BatchNormTraining(epsilon, scale != null, offset != null);
    Tensor[] made =
        Dispatch.unrecorded(
            () -> {
              Tensor moments = new ChannelMoments().applyTo(x);
              Tensor mean = moments.get(0);
              Tensor variance = moments.get(1);
              Tensor factor = op.factor(variance, scale);
              Tensor y = NORMAL.of(x, mean, factor, offset == null ? 0 : offset);
              return new Tensor[] {y, mean, variance};
            });
    Dispatch.record(
        op,
        Stream.of(x, scale, offset).filter(input -> input != null).toArray(Tensor[]::new),
        made);
    return new Normalization.BatchNorm(made[0], made[1], made[2]);
  }

  private Tensor factor(Tensor variance, Tensor scale) {
    Tensor deviation = Maths.sqrt(variance.add(epsilon));
    return scale == null ? Maths.reciprocal(deviation) : scale.div(deviation);
  }

  @Override
  public String name() {
    return "batchNormTraining";
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    Tensor x = call.input(0);
    Tensor mean = call.outputs()[1];
    Tensor variance = call.outputs()[2];
    Tensor[] gradients = new Tensor[call.inputs().length];
    if (upstream[0] != null) {
      Tensor g = upstream[0];
      Tensor sums = new ChannelSums().applyTo(g, x, mean);
      Tensor factor = factor(variance, scaled ? call.input(1) : null);
      Object count = ChannelMoments.count(x);
      Tensor slope = sums.get(1).div(variance.add(epsilon).mul(count));
      gradients[0] = GRADIENT.of(g, x, mean, sums.get(0).div(count), slope, factor);
      if (scaled) {
        gradients[1] = sums.get(1).div(Maths.sqrt(variance.add(epsilon)));
      }
      if (shifted) {
        gradients[gradients.length - 1] = sums.get(0);
      }
    }
    Tensor ofMoments = ChannelMoments.gradient(x, mean, upstream[1], upstream[2]);
    if (ofMoments != null) {
      gradients[0] = gradients[0] == null ? ofMoments : gradients[0].add(ofMoments);
    }
    return gradients;
  }
}
