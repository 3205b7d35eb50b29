package dev.tapedeck.losses;

import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * A loss of classes that bears wrong labels: {@code (1 - p[label]^q) / q} for whole-number labels
 * {@code [..]} and probabilities {@code [.., classes]}; near {@code q = 0} the cross-entropy, near
 * 1 the absolute error.
 *
 * <p>From Zhang and Sabuncu, <a href="https://arxiv.org/abs/1805.07836">Generalized Cross Entropy
 * Loss for Training Deep Neural Networks with Noisy Labels</a>.
 */
public final class CategoricalGeneralizedCrossEntropy
    extends BuiltInLoss<
        CategoricalGeneralizedCrossEntropy.Arguments, CategoricalGeneralizedCrossEntropy> {
  /**
   * The arguments of a {@link CategoricalGeneralizedCrossEntropy}.
   *
   * @param q power of the probabilities, between 0 and 1
   * @param reduction reduction of the values to one number
   */
  public record Arguments(double q, Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      if (!(q > 0 && q < 1)) {
        throw Refusal.of(
            "categoricalGeneralizedCrossEntropy", "q is between 0 and 1", q, "try 0.7");
      }
    }
  }

  CategoricalGeneralizedCrossEntropy(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another power of the probabilities; by default 0.5. */
  public CategoricalGeneralizedCrossEntropy q(double q) {
    return with("q", q);
  }

  @Override
  Tensor fitting(Tensor labels, Tensor predictions) {
    return labels;
  }

  /**
   * {@code p^q} is {@code p p^(q - 1)}, whose second factor is bounded, for a finite slope at 0.
   */
  @Override
  Tensor values(Tensor y, Tensor predictions) {
    double q = arguments().q;
    Tensor p = new Softmax.LabelProbability().applyTo(y, predictions);
    Tensor power = p.mul(Maths.pow(Maths.maximum(p, Probabilities.EPSILON), q - 1));
    return power.neg().add(1).div(q);
  }
}
