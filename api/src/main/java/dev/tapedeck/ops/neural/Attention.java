package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Attention: means of values, weighted by how well their keys fit a query; and its masks.
 *
 * <p>A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017.
 */
public final class Attention {
  private Attention() {}

  /**
   * Returns {@code softmax(query @ transpose(key) / sqrt(d)) @ value} for each head; see {@link
   * #dotProductAttention(Object, Object, Object, Object, boolean, double)}.
   */
  public static Tensor dotProductAttention(Object query, Object key, Object value) {
    Tensor tensor = Operands.tensor(query);
    long size = tensor.shape().size(tensor.shape().axis(-1, "dotProductAttention"));
    if (size != Shape.UNKNOWN) {
      return dotProductAttention(tensor, key, value, null, false, 1 / Math.sqrt((double) size));
    }
    Tensor sizes = Reductions.sum(Creation.onesLike(tensor), true, -1);
    return dotProductAttention(tensor.div(Maths.sqrt(sizes)), key, value, null, false, 1);
  }

  /**
   * Returns {@code softmax(scale * query @ transpose(key)) @ value} for each head, the softmax over
   * those keys that a query may attend to. One that may attend to none gets the mean of all values,
   * as in Keras.
   *
   * <p>It takes memory for some queries' scores at a time, not for those of all, and so does its
   * gradient, which computes them again; the second gradient has them all. 16-bit types are
   * computed in float32.
   *
   * @param query queries {@code [.., q, heads, d]}
   * @param key keys {@code [.., k, heads, d]}, of the same batch axes; a group of the queries'
   *     heads may share one of them
   * @param value values {@code [.., k, heads, v]}, as many as keys, which give outputs {@code [..,
   *     q, heads, v]}
   * @param mask bools that broadcast to {@code [.., heads, q, k]}: whether a query may attend to a
   *     key; null for all
   * @param causal whether query {@code i} may attend to keys {@code 0 .. i} only
   * @param scale factor of the scores, as {@code 1 / sqrt(d)}
   * @throws IllegalArgumentException if types or shapes do not fit
   */
  public static Tensor dotProductAttention(
      Object query, Object key, Object value, Object mask, boolean causal, double scale) {
    Tensor[] given = {Operands.tensor(query), Operands.tensor(key), Operands.tensor(value)};
    DType dtype = given[0].dtype();
    boolean narrow = dtype.isFloating() && dtype.bytes() == 2;
    List<Tensor> inputs = new ArrayList<>();
    for (Tensor input : given) {
      inputs.add(narrow && input.dtype() == dtype ? Casting.cast(input, DType.FLOAT32) : input);
    }
    if (mask != null) {
      inputs.add(Operands.tensor(mask));
    }
    Tensor output = new DotProductAttention(causal, scale).applyTo(inputs.toArray(Tensor[]::new));
    return narrow ? Casting.cast(output, dtype) : output;
  }

  /** Returns {@code [.., n, heads, d]} as {@code [.., heads, n, d]}, and the other way round. */
  static Tensor headsFirst(Tensor x) {
    return Shaping.swapAxes(x, -2, -3);
  }

  /** Returns the pairs that a mask and causality allow, or null for all. */
  static Tensor allowed(Tensor query, Tensor key, Tensor mask, boolean causal) {
    Tensor past = causal ? causalMask(query, key) : null;
    return mask == null || past == null ? mask == null ? past : mask : Logic.logicalAnd(mask, past);
  }

  /**
   * Returns the softmax along the last axis of those scores that a mask allows; others are 0. Where
   * it allows none, all are equal, as in Keras.
   *
   * @param mask bools that broadcast to the scores; null for all
   * @throws IllegalArgumentException if it is not of bools, or does not broadcast
   */
  public static Tensor maskedSoftmax(Object scores, Object mask) {
    Tensor x = Operands.tensor(scores);
    Checks.sameFloating("maskedSoftmax", x.spec());
    if (mask == null) {
      return Softmax.softmax(x);
    }
    Tensor allowed = Operands.tensor(mask);
    requireMask("maskedSoftmax", allowed.spec(), x.shape());
    Tensor masked = Logic.where(allowed, x, lowest(x.dtype()));
    return Softmax.softmax(CheckSizes.check("maskedSoftmax", "masked scores", masked, x));
  }

  /** Returns a number below all scores, of which differences are finite. */
  private static double lowest(DType dtype) {
    return dtype == DType.FLOAT16 ? -4e4 : -2e38;
  }

  /** Checks that a mask is of bools and broadcasts to scores, and not the other way round. */
  static void requireMask(String who, TensorSpec mask, Shape scores) {
    if (mask.dtype() != DType.BOOL
        || mask.shape().rank() > scores.rank()
        || !Shape.broadcast(mask.shape(), scores, who).fits(scores)) {
      throw Refusal.of(
          who,
          "needs a mask of bools that broadcasts to the scores " + scores,
          mask,
          "compare numbers, as mask.notEqual(0), and give it an axis of size 1 for each that the"
              + " scores have");
    }
  }

  /**
   * Returns for queries {@code [.., q, d]} and keys {@code [.., k, d]} the mask {@code [q, k]} by
   * which query {@code i} attends to keys {@code 0 .. i} only.
   */
  public static Tensor causalMask(Object query, Object key) {
    return Logic.greaterEqual(
        Shaping.expandDims(positions(query), -1), Shaping.expandDims(positions(key), 0));
  }

  /**
   * Returns for queries {@code [.., q, d]} and keys {@code [.., k, d]} the mask {@code [q, k]} by
   * which a query attends only to keys at fewer than {@code window} positions from its own.
   */
  public static Tensor windowMask(Object query, Object key, int window) {
    Checks.atLeast("windowMask", "window", 1, window, "1 is the own position alone");
    Tensor distance =
        Shaping.expandDims(positions(query), -1).sub(Shaping.expandDims(positions(key), 0));
    return Logic.less(Maths.abs(distance), window);
  }

  /** Returns the whole numbers that count along the last axis but one. */
  private static Tensor positions(Object x) {
    Tensor tensor = Operands.tensor(x);
    Checks.atLeast("attention", "the rank", 2, tensor.shape().rank(), "give sequences [.., n, d]");
    long count = tensor.shape().size(-2);
    if (count != Shape.UNKNOWN) {
      return Creation.range(0, count, 1, DType.INT32);
    }
    int rank = tensor.shape().rank();
    int[] others = IntStream.range(0, rank).filter(axis -> axis != rank - 2).toArray();
    Tensor zeros = Casting.cast(Creation.zerosLike(tensor), DType.INT32).sum(others);
    return Cumulative.cumsum(zeros.add(1), 0, true, false);
  }
}
