package dev.tapedeck.ops;

import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.bool;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;

import dev.tapedeck.ops.neural.Attention;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;

/** Attention, and its masks. */
final class AttentionTable {
  private AttentionTable() {}

  /** For 3 queries and 5 keys; the second query may attend to none, the first to a later one. */
  private static final Tensor MASK =
      Tensor.of(
          new boolean[][] {
            {false, true, false, true, true},
            {false, false, false, false, false},
            {true, true, false, false, true}
          });

  /** Whether a query may attend to a key. */
  @FunctionalInterface
  private interface Allowed {
    boolean at(int query, int key);
  }

  private static final Allowed MASKED = (query, key) -> MASK.toBooleanArray()[query * 5 + key];

  static final List<OpCheck> ROWS =
      List.of(
          op("dotProductAttention", (q, k, v) -> Attention.dotProductAttention(q, k, v))
              .on(real(2, 3, 2, 4), real(2, 5, 2, 4), real(2, 5, 2, 3))
              .on(real(4, 1, 2), real(4, 1, 2), real(4, 1, 2))
              .on(real(1, 2, 3, 4, 2), real(1, 2, 3, 2, 2), real(1, 2, 3, 2, 1))
              .on(real(0, 3, 1, 2), real(0, 2, 1, 2), real(0, 2, 1, 2))
              .on(real(1, 0, 1, 2), real(1, 2, 1, 2), real(1, 2, 1, 2))
              .on(real(1, 2, 1, 2), real(1, 0, 1, 2), real(1, 0, 1, 3))
              .matches(x -> attention((query, key) -> true, 1 / Math.sqrt(fromEnd(x[0], 1)), x))
              .within(32),
          op(
                  "dotProductAttention causal",
                  (q, k, v) -> Attention.dotProductAttention(q, k, v, null, true, 0.5))
              .on(real(2, 3, 2, 4), real(2, 5, 1, 4), real(2, 5, 1, 3))
              .on(real(5, 1, 2), real(3, 1, 2), real(3, 1, 2))
              .matches(x -> attention((query, key) -> key <= query, 0.5, x))
              .within(32),
          op(
                  "dotProductAttention masked",
                  (q, k, v) -> Attention.dotProductAttention(q, k, v, MASK, false, 0.5))
              .on(real(2, 3, 4, 2), real(2, 5, 2, 2), real(2, 5, 2, 3))
              .on(real(3, 1, 2), real(5, 1, 2), real(5, 1, 20))
              .matches(x -> attention(MASKED, 0.5, x))
              .within(32),
          op(
                  "dotProductAttention masked and causal",
                  (q, k, v) -> Attention.dotProductAttention(q, k, v, MASK, true, -1))
              .on(real(2, 3, 2, 2), real(2, 5, 2, 2), real(2, 5, 2, 3))
              .matches(x -> attention((query, key) -> key <= query && MASKED.at(query, key), -1, x))
              .within(32),
          op(
                  "dotProductAttention of masked queries",
                  (q, k, v) ->
                      Attention.dotProductAttention(
                          q, k, v, new boolean[][] {{true}, {false}, {true}}, false, 1))
              .on(real(1, 3, 2, 2), real(1, 4, 2, 2), real(1, 4, 2, 3))
              .matches(x -> attention((query, key) -> query != 1, 1, x))
              .within(32),
          op("maskedSoftmax", Attention::maskedSoftmax)
              .on(real(2, 3, 5), bool(3, 5))
              .on(real(3, 2), bool(3, 1))
              .on(real(4), bool())
              .on(real(20, 30), bool(20, 30))
              .on(real(0, 3), bool(3))
              .matches(AttentionTable::softmax)
              .within(16),
          op("causalMask", Attention::causalMask)
              .takes(ANY)
              .gives(DType.BOOL)
              .on(real(2, 4, 1), real(3, 1))
              .on(real(2, 3), real(2, 2, 5, 3))
              .on(real(0, 1), real(2, 1))
              .matches(x -> pairs(x, (query, key) -> key <= query)),
          op("windowMask", (x, y) -> Attention.windowMask(x, y, 2))
              .takes(ANY)
              .gives(DType.BOOL)
              .on(real(2, 4, 1), real(3, 1))
              .on(real(2, 3), real(2, 2, 5, 3))
              .matches(x -> pairs(x, (query, key) -> Math.abs(query - key) < 2)));

  /** Returns a size, where 1 is that of the last axis. */
  private static int fromEnd(Grid grid, int axis) {
    return grid.size(grid.shape().length - axis);
  }

  private static Grid pairs(Grid[] x, Allowed allowed) {
    int[] shape = {fromEnd(x[0], 2), fromEnd(x[1], 2)};
    return Grid.of(shape, i -> allowed.at(i[0], i[1]) ? 1 : 0);
  }

  /** Returns the weights of scores; where none is allowed, all are equal. */
  private static double[] weights(double[] scores, boolean[] allowed) {
    boolean any = false;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      any |= allowed[i];
      largest = allowed[i] ? Math.max(largest, scores[i]) : largest;
    }
    double[] weights = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      weights[i] = allowed[i] ? Math.exp(scores[i] - largest) : any ? 0 : 1;
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  private static Grid softmax(Grid... x) {
    int[] shape = x[0].shape();
    int last = shape.length - 1;
    int[] mask = x[1].shape();
    return Grid.of(
        shape,
        index -> {
          double[] scores = new double[shape[last]];
          boolean[] allowed = new boolean[shape[last]];
          int[] at = index.clone();
          for (int i = 0; i < scores.length; i++) {
            at[last] = i;
            scores[i] = x[0].at(at);
            int[] place = Arrays.copyOfRange(at, at.length - mask.length, at.length);
            for (int axis = 0; axis < mask.length; axis++) {
              place[axis] = mask[axis] == 1 ? 0 : place[axis];
            }
            allowed[i] = x[1].at(place) != 0;
          }
          return weights(scores, allowed)[index[last]];
        });
  }

  private static Grid attention(Allowed allowed, double scale, Grid... x) {
    int[] shape = x[0].shape().clone();
    int rank = shape.length;
    shape[rank - 1] = fromEnd(x[2], 1);
    int keys = fromEnd(x[1], 3);
    int group = fromEnd(x[0], 2) / fromEnd(x[1], 2);
    return Grid.of(
        shape,
        index -> {
          double[] scores = new double[keys];
          boolean[] may = new boolean[keys];
          int[] ofQuery = index.clone();
          int[] ofKey = index.clone();
          ofKey[rank - 2] /= group;
          for (int key = 0; key < keys; key++) {
            ofKey[rank - 3] = key;
            may[key] = allowed.at(index[rank - 3], key);
            for (int i = 0; i < fromEnd(x[0], 1); i++) {
              ofQuery[rank - 1] = i;
              ofKey[rank - 1] = i;
              scores[key] += scale * x[0].at(ofQuery) * x[1].at(ofKey);
            }
          }
          double[] weights = weights(scores, may);
          ofKey[rank - 1] = index[rank - 1];
          double mean = 0;
          for (int key = 0; key < keys; key++) {
            ofKey[rank - 3] = key;
            mean += weights[key] * x[2].at(ofKey);
          }
          return mean;
        });
  }
}
