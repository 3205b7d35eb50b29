package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.Arrays;
import java.util.List;

/**
 * The cross-entropy of distributions where what is predicted well counts less: {@code -sum(alpha (1
 * - p)^gamma label log p)} for one-hot labels of the predictions' shape {@code [.., classes]}.
 *
 * <p>From Lin et al., <a href="https://arxiv.org/abs/1708.02002">Focal Loss for Dense Object
 * Detection</a>. {@link #fromLogits} takes logits, which is more exact than probabilities.
 */
public final class CategoricalFocalCrossentropy
    extends SmoothedCrossentropy<
        CategoricalFocalCrossentropy.Arguments, CategoricalFocalCrossentropy> {
  /**
   * The arguments of a {@link CategoricalFocalCrossentropy}.
   *
   * @param alpha factor of all classes, or of each
   * @param gamma power of the probability of error, 0 or more
   * @param fromLogits whether the predictions are logits, not probabilities
   * @param labelSmoothing share of each label that all classes get in equal parts
   * @param axis the axis of the classes
   * @param reduction reduction of the values to one number
   */
  public record Arguments(
      List<Double> alpha,
      double gamma,
      boolean fromLogits,
      double labelSmoothing,
      int axis,
      Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      Crossentropy.check(labelSmoothing);
      Focus.check(gamma);
      alpha = List.copyOf(alpha);
      if (alpha.isEmpty()) {
        throw Refusal.of(
            "categoricalFocalCrossentropy",
            "alpha is a factor, or one for each class",
            alpha,
            "give 1 for none");
      }
    }
  }

  CategoricalFocalCrossentropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another factor of all classes, or one of each; by default 0.25. */
  public CategoricalFocalCrossentropy alpha(double... alpha) {
    return with("alpha", Arrays.stream(alpha).boxed().toList());
  }

  /** Returns this loss with another power of the probability of error; by default 2. */
  public CategoricalFocalCrossentropy gamma(double gamma) {
    return with("gamma", gamma);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Arguments a = arguments();
    Tensor logs = Probabilities.logs(p, a.fromLogits, a.axis);
    Tensor error = Maths.expm1(logs).neg();
    Tensor labels = Labels.smooth(y, a.labelSmoothing, a.axis);
    Tensor values = weighted(Focus.on(error, a.gamma)).mul(labels).mul(logs);
    return Reductions.sum(values, a.axis).neg();
  }

  private Tensor weighted(Tensor x) {
    List<Double> alpha = arguments().alpha;
    if (alpha.size() == 1) {
      return x.mul(alpha.getFirst());
    }
    int axis = x.shape().axis(arguments().axis, name());
    if (x.shape().size(axis) != alpha.size()) {
      throw Refusal.of(
          name(),
          "alpha has a factor for each class, " + alpha.size(),
          "predictions " + x.shape(),
          "give one for all classes, or as many as there are");
    }
    long[] shape = new long[x.shape().rank()];
    Arrays.fill(shape, 1);
    shape[axis] = alpha.size();
    double[] factors = alpha.stream().mapToDouble(Double::doubleValue).toArray();
    return x.mul(Tensor.of(factors).cast(x.dtype()).reshape(shape));
  }
}
