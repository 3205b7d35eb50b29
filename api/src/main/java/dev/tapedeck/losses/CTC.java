package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Ctc;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * The connectionist temporal classification loss: the negative logarithm of the probability of a
 * sequence of labels, over all ways to spread it over the steps.
 *
 * <p>Labels {@code [n, labels]} are classes from 1, filled up with 0, which is the blank;
 * predictions {@code [n, time, classes]} are logits. A. Graves et al., "Connectionist Temporal
 * Classification", ICML 2006.
 */
public final class CTC extends PlainLoss<CTC> {
  CTC(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor fitting(Tensor labels, Tensor predictions) {
    return labels;
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor labels = Reductions.sum(Casting.cast(y.notEqual(0), DType.INT32), -1);
    Tensor ones = Creation.onesLike(Reductions.sum(p, -1));
    Tensor steps = Casting.cast(Reductions.sum(ones, -1), DType.INT32);
    return Ctc.ctcLoss(y, p, labels, steps, 0);
  }
}
