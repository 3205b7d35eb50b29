package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/** Regularization against overfitting: dropout. */
public final class Regularization {
  private static final Pointwise DROPOUT =
      new Pointwise(
          Pointwise.Types.CHOICE,
          Formula.of("dropout", 3, a -> a[0].select(Expr.of(0), a[1].over(a[2]))));

  private Regularization() {}

  /**
   * Returns {@code x} with elements set to 0 at random, the others divided by {@code 1 - rate},
   * which keeps the mean.
   *
   * @param rate the fraction that is set to 0, in [0, 1)
   * @param key the random key
   * @throws IllegalArgumentException if the rate is out of range, or the type is not floating
   */
  public static Tensor dropout(Object x, double rate, RandomKey key) {
    if (!(rate >= 0 && rate < 1)) {
      throw Refusal.of(
          "dropout",
          "the rate, the part that is set to 0, must be in [0, 1)",
          rate,
          "use 0.1 to keep 90%, 0 to keep all");
    }
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating("dropout", tensor.spec());
    if (rate == 0) {
      return tensor;
    }
    Tensor drawn = Randoms.uniformLike(key, DType.FLOAT64, tensor);
    return DROPOUT.of(drawn.less(rate), tensor, 1 - rate);
  }
}
