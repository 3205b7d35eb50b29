package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * Regularization against overfitting: dropout. All elements along shared axes have the same fate.
 */
public final class Regularization {
  private static final Pointwise DROPOUT =
      new Pointwise(
          Pointwise.Types.CHOICE,
          Formula.of("dropout", 3, a -> a[0].select(Expr.of(0), a[1].over(a[2]))));

  /** The limit of SELU below 0. */
  private static final double SATURATION = -1.7580993408473766;

  private Regularization() {}

  /**
   * Returns {@code x} with elements set to 0 at random, the others divided by {@code 1 - rate},
   * which keeps the mean.
   *
   * @param rate the fraction that is set to 0, in [0, 1)
   * @param key the random key
   * @param sharedAxes axes along which elements share one draw
   * @throws IllegalArgumentException if the rate is out of range, or the type is not floating
   */
  public static Tensor dropout(Object x, double rate, RandomKey key, int... sharedAxes) {
    Tensor tensor = floating("dropout", x, rate);
    return rate == 0
        ? tensor
        : DROPOUT.of(dropped(tensor, rate, key, sharedAxes), tensor, 1 - rate);
  }

  /**
   * Returns {@code x} with elements set to the limit of SELU below 0 at random, then scaled and
   * shifted so that a mean of 0 and a variance of 1 stay (Klambauer et al., "Self-Normalizing
   * Neural Networks", 2017).
   *
   * @param rate the fraction that is set to the limit, in [0, 1)
   * @param key the random key
   * @param sharedAxes axes along which elements share one draw
   * @throws IllegalArgumentException if the rate is out of range, or the type is not floating
   */
  public static Tensor alphaDropout(Object x, double rate, RandomKey key, int... sharedAxes) {
    Tensor tensor = floating("alphaDropout", x, rate);
    if (rate == 0) {
      return tensor;
    }
    double scale = 1 / Math.sqrt((1 - rate) * (1 + rate * SATURATION * SATURATION));
    Tensor dropped = dropped(tensor, rate, key, sharedAxes);
    return Logic.where(dropped, SATURATION, tensor).mul(scale).add(-scale * SATURATION * rate);
  }

  private static Tensor floating(String who, Object x, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw Refusal.of(
          who,
          "the rate, the part that is set to 0, must be in [0, 1)",
          rate,
          "use 0.1 to keep 90%, 0 to keep all");
    }
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating(who, tensor.spec());
    return tensor;
  }

  private static Tensor dropped(Tensor x, double rate, RandomKey key, int... sharedAxes) {
    Index[] drawn = new Index[x.shape().rank()];
    Arrays.fill(drawn, Index.ALL);
    for (int axis : sharedAxes) {
      drawn[x.shape().axis(axis, "dropout")] = Index.range(0, 1);
    }
    Tensor like = sharedAxes.length == 0 ? x : Indexing.get(x, (Object[]) drawn);
    return Randoms.uniformLike(key, DType.FLOAT64, like).less(rate);
  }
}
