package dev.tapedeck.losses;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * A loss of vectors, close to each other in one class and far from those of others, for
 * whole-number labels {@code [n]} and vectors {@code [n, size]} of length 1.
 *
 * <p>For the distances {@code d = max(1 - x z, 0)} of an example to the others it is {@code
 * softplus(logSumExp(-gamma (margin + d) (margin - d)) + logSumExp(gamma (1 + margin - d) (1 -
 * margin - d)))}, the first over those of its class, the second over the others, whose factors
 * {@code 1 + margin - d} are at least 0. Examples that cost nothing, as those without another of
 * their class, do not count in the mean.
 *
 * <p>From Sun et al., <a href="https://arxiv.org/abs/2002.10857">Circle Loss: A Unified Perspective
 * of Pair Similarity Optimization</a>.
 */
public final class Circle extends BuiltInLoss<Circle.Arguments, Circle> {
  /**
   * The arguments of a {@link Circle} loss.
   *
   * @param gamma factor of the distances
   * @param margin distance that is small enough within a class
   * @param removeDiagonal whether an example is not one of its own class
   * @param reduction reduction of the values to one number
   */
  public record Arguments(double gamma, double margin, boolean removeDiagonal, Reduction reduction)
      implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  Circle(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another factor of the distances; by default 80. */
  public Circle gamma(double gamma) {
    return with("gamma", gamma);
  }

  /** Returns this loss with another distance that is small enough; by default 0.4. */
  public Circle margin(double margin) {
    return with("margin", margin);
  }

  /** Returns this loss where an example may be one of its own class; by default it is not. */
  public Circle removeDiagonal(boolean removeDiagonal) {
    return with("removeDiagonal", removeDiagonal);
  }

  @Override
  Tensor fitting(Tensor labels, Tensor predictions) {
    Shape vectors = predictions.shape();
    if (vectors.rank() != 2 || !labels.shape().fits(vectors.slice(0, 1))) {
      throw Refusal.of(
          name(),
          "needs labels [n] and vectors [n, size]",
          "labels " + labels.shape() + " and predictions " + vectors,
          "give a label for each vector");
    }
    Checks.wholeNumbers(name(), labels.spec());
    int[] first = {0};
    return CheckSizes.check(name(), "labels", labels, first, predictions, first);
  }

  @Override
  Tensor values(Tensor labels, Tensor vectors) {
    double margin = arguments().margin;
    Tensor d = Maths.maximum(Linalg.matmul(vectors, vectors, false, true).neg().add(1), 0);
    Tensor pull = Maths.maximum(d.add(margin), 0).mul(d.sub(margin));
    Tensor push = Maths.maximum(d.neg().add(1 + margin), 0).mul(d.neg().add(1 - margin));
    Tensor alike = equalPairs(labels);
    Tensor near = alike;
    if (arguments().removeDiagonal) {
      Tensor ones = Creation.onesLike(labels.cast(DType.INT64));
      Tensor itself = equalPairs(Cumulative.cumsum(ones, 0));
      near = Logic.logicalAnd(alike, Logic.logicalNot(itself));
    }
    Tensor values =
        Activations.softplus(total(pull, near).add(total(push, Logic.logicalNot(alike))));
    return values.withMask(values.greater(0));
  }

  private static Tensor equalPairs(Tensor x) {
    return Shaping.expandDims(x, 1).equal(Shaping.expandDims(x, 0));
  }

  private Tensor total(Tensor x, Tensor pairs) {
    Tensor chosen = Logic.where(pairs, x.mul(arguments().gamma), Double.NEGATIVE_INFINITY);
    return Reductions.logSumExp(chosen, 1);
  }
}
