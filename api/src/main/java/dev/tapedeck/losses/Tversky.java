package dev.tapedeck.losses;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.List;

/**
 * The share of labels and predictions that is not common to both, with weights of the two kinds of
 * error: {@code 1 - c / (c + alpha sum(y (1 - p)) + beta sum((1 - y) p) + 1e-7)} for what is
 * common, {@code c = sum(y p)}, over the whole batch or over some axes; 1 where both are empty.
 *
 * <p>From Salehi et al., <a href="https://arxiv.org/abs/1706.05721">Tversky loss function for image
 * segmentation using 3D fully convolutional deep networks</a>, where alpha and beta are the other
 * way round.
 */
public final class Tversky extends OverlapLoss<Tversky.Arguments, Tversky> {
  /**
   * The arguments of a {@link Tversky} loss.
   *
   * @param alpha weight of what is missing in the predictions
   * @param beta weight of what is too much in the predictions
   * @param reduction reduction of the values to one number
   * @param axis the axes that the sums are over; null for all
   */
  public record Arguments(double alpha, double beta, Reduction reduction, List<Integer> axis)
      implements OverlapLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      axis = axis == null ? null : List.copyOf(axis);
    }
  }

  Tversky(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another weight of what is missing; by default 0.5. */
  public Tversky alpha(double alpha) {
    return with("alpha", alpha);
  }

  /** Returns this loss with another weight of what is too much; by default 0.5. */
  public Tversky beta(double beta) {
    return with("beta", beta);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor both = sum(y.mul(p));
    Tensor missing = sum(p.neg().add(1).mul(y));
    Tensor surplus = sum(y.neg().add(1).mul(p));
    Tensor all =
        both.add(missing.mul(arguments().alpha))
            .add(surplus.mul(arguments().beta))
            .add(Probabilities.EPSILON);
    return both.div(all).neg().add(1);
  }
}
