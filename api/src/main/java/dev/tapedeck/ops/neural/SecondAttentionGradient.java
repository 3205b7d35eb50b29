package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * The gradient of attention's gradient, by small ops on matrices of all queries and keys.
 *
 * <p>With weights {@code P} of scores {@code s Q K'}, upstream {@code G}, {@code D = G V'} and
 * {@code r(x)} the sum of each row, the gradients are {@code dS = P * (D - r(P * D))}, {@code dQ =
 * s dS K}, {@code dK = s dS' Q} and {@code dV = P' G}; here they are differentiated once more.
 */
final class SecondAttentionGradient {
  private final double scale;
  private final long group;
  private final Tensor q;
  private final Tensor k;
  private final Tensor v;
  private final Tensor allowed;
  private final Tensor p;

  SecondAttentionGradient(
      DotProductAttention attention, Tensor query, Tensor key, Tensor value, Tensor mask) {
    scale = attention.scale();
    long heads = query.shape().size(-2);
    long shared = key.shape().size(-2);
    if (heads == Shape.UNKNOWN || shared == Shape.UNKNOWN) {
      throw Checks.unknown(
          attention.name() + "/gradient",
          "the number of heads",
          query.shape() + " and " + key.shape());
    }
    group = heads / Math.max(shared, 1);
    q = Attention.headsFirst(query);
    k = shared(key);
    v = shared(value);
    allowed = Attention.allowed(q, k, mask, attention.causal());
    p = Attention.maskedSoftmax(Linalg.matmul(q, k, false, true).mul(scale), allowed);
  }

  /** Returns keys or values with a head for each of the queries'. */
  private Tensor shared(Tensor x) {
    return Attention.headsFirst(Rearranging.repeat(x, group, -2));
  }

  /** Returns the gradient for a tensor that {@link #shared} was called with. */
  private Tensor summed(Tensor heads) {
    Tensor last = Attention.headsFirst(heads);
    Shape shape = last.shape();
    int axis = shape.rank() - 2;
    Shape apart = shape.slice(0, axis).concat(shape.size(axis) / group, group, shape.size(-1));
    return group == 1 ? last : Shaping.reshape(last, apart).sum(axis + 1);
  }

  private static Tensor rowSum(Tensor x) {
    return Reductions.sum(x, true, -1);
  }

  private static Tensor times(Tensor a, Tensor b) {
    return Linalg.matmul(a, b);
  }

  private static Tensor timesTransposed(Tensor a, Tensor b) {
    return Linalg.matmul(a, b, false, true);
  }

  private static Tensor transposedTimes(Tensor a, Tensor b) {
    return Linalg.matmul(a, b, true, false);
  }

  /** Returns the gradient of the scores, for one of the weights. */
  private Tensor throughSoftmax(Tensor gradient) {
    Tensor scores = p.mul(gradient.sub(rowSum(p.mul(gradient))));
    return allowed == null ? scores : Logic.where(allowed, scores, 0);
  }

  /**
   * Returns the gradients for query, key, value and upstream.
   *
   * @param second the upstream gradient of each of the three gradients; null for none
   */
  Tensor[] of(Tensor upstream, Tensor... second) {
    Tensor g = Attention.headsFirst(upstream);
    Tensor a = second[0] == null ? Creation.zerosLike(q) : Attention.headsFirst(second[0]);
    Tensor b = second[1] == null ? Creation.zerosLike(k) : shared(second[1]);
    Tensor c = second[2] == null ? Creation.zerosLike(v) : shared(second[2]);
    Tensor d = timesTransposed(g, v);
    Tensor ds = throughSoftmax(d);
    Tensor u = timesTransposed(a, k).add(timesTransposed(q, b)).mul(scale);
    Tensor masked = allowed == null ? u : Logic.where(allowed, u, 0);
    Tensor e = p.mul(masked.sub(rowSum(masked.mul(p))));
    Tensor f =
        masked
            .mul(d.sub(rowSum(p.mul(d))))
            .sub(d.mul(rowSum(masked.mul(p))))
            .add(timesTransposed(g, c));
    Tensor h = throughSoftmax(f);
    return new Tensor[] {
      Attention.headsFirst(times(h, k).add(times(ds, b)).mul(scale)),
      summed(transposedTimes(h, q).add(transposedTimes(ds, a)).mul(scale)),
      summed(transposedTimes(e, g)),
      Attention.headsFirst(times(e, v).add(times(p, c)))
    };
  }
}
