package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The axes {@code [n, .., features]} of an attention layer's inputs: those along which it attends,
 * which become one axis of steps, and the others, which are batch axes.
 *
 * @param attended axes along which it attends, in the order of the scores' axes
 * @param batch the other axes but the last, in order
 */
record AttentionAxes(List<Integer> attended, List<Integer> batch) {
  /**
   * Returns the axes of inputs.
   *
   * @param given axes along which to attend; null for all but the first and the last
   */
  static AttentionAxes of(String who, int rank, List<Integer> given) {
    List<Integer> between = IntStream.range(1, rank - 1).boxed().toList();
    List<Integer> attended =
        given == null ? between : given.stream().map(a -> a < 0 ? a + rank : a).toList();
    if (!between.containsAll(attended) || attended.stream().distinct().count() < attended.size()) {
      throw Refusal.of(
          who,
          "attentionAxes must be different axes between the first and the last of " + rank,
          given,
          "give axes of the inputs, as 1; negative ones count from the end");
    }
    List<Integer> batch = new ArrayList<>(List.of(0));
    between.stream().filter(axis -> !attended.contains(axis)).forEach(batch::add);
    return new AttentionAxes(attended, batch);
  }

  /** Returns {@code [n, .., heads, size]} as {@code [batch.., steps, heads, size]}. */
  Tensor split(Tensor heads) {
    return flat(Shaping.transpose(heads, order()), batch.size());
  }

  /** Returns {@code [batch.., steps, heads, size]} as {@code [n, .., heads, size]} of queries. */
  Tensor merge(Tensor heads, Shape query) {
    int[] order = order();
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    Shape shape = heads.shape();
    long[] apart = sizes(query).concat(shape.size(-2), shape.size(-1)).toArray();
    return Shaping.transpose(
        Shaping.reshape(heads, shape.slice(0, batch.size()).concat(apart)), inverse);
  }

  /**
   * Returns scores {@code [batch.., heads, steps, steps]} with all axes apart, as Keras has them.
   */
  Tensor apart(Tensor scores, Shape query, Shape key) {
    long[] pairs = sizes(query).concat(sizes(key).toArray()).toArray();
    return Shaping.reshape(scores, scores.shape().slice(0, batch.size() + 1).concat(pairs));
  }

  /**
   * Returns a mask of places {@code [n, ..]} as {@code [batch.., 1, steps]}.
   *
   * @param shape shape of what has the mask
   */
  Tensor places(Tensor mask, Shape shape) {
    if (mask == null) {
      return null;
    }
    int[] order = Stream.of(batch, attended).flatMap(List::stream).mapToInt(i -> i).toArray();
    Tensor ordered = Shaping.transpose(mask, order);
    long[] full = ordered.shape().slice(0, batch.size()).concat(sizes(shape).toArray()).toArray();
    return Shaping.expandDims(flat(Shaping.broadcastTo(ordered, full), batch.size()), batch.size());
  }

  /** Returns a mask of pairs {@code [.., queries.., keys..]} as {@code [.., 1.., steps, steps]}. */
  Tensor pairs(String who, Tensor mask, Shape query, Shape key) {
    if (mask == null) {
      return null;
    }
    int leading = mask.shape().rank() - 2 * attended.size();
    if (leading < 0 || leading > batch.size() + 1) {
      throw Refusal.of(
          who,
          "needs an attention mask [n, queries.., keys..] with axes for "
              + sizes(query)
              + " and "
              + sizes(key),
          mask.shape(),
          "reshape it");
    }
    long[] ones = new long[batch.size() + 1 - leading];
    Arrays.fill(ones, 1);
    long[] pairs = sizes(query).concat(sizes(key).toArray()).toArray();
    Shape shape = mask.shape().slice(0, leading).concat(ones);
    long[] given = mask.shape().slice(leading, mask.shape().rank()).toArray();
    Tensor full =
        Shaping.broadcastTo(
            Shaping.reshape(mask, shape.concat(given)), shape.concat(pairs).toArray());
    return flat(flat(full, batch.size() + 1), batch.size() + 2);
  }

  /** Returns the order of axes of {@link #split}. */
  private int[] order() {
    int rank = batch.size() + attended.size();
    return Stream.of(batch, attended, List.of(rank, rank + 1))
        .flatMap(List::stream)
        .mapToInt(axis -> axis)
        .toArray();
  }

  /** Returns the sizes of the attended axes. */
  private Shape sizes(Shape of) {
    return Shape.of(attended.stream().mapToLong(of::size).toArray());
  }

  /** Returns a tensor whose attended axes, of which this is the first, are one axis. */
  private Tensor flat(Tensor x, int first) {
    int end = first + attended.size();
    Shape shape = x.shape();
    Shape steps = Shape.of(shape.slice(first, end).count());
    return attended.size() == 1
        ? x
        : Shaping.reshape(
            x,
            shape
                .slice(0, first)
                .concat(steps.toArray())
                .concat(shape.slice(end, shape.rank()).toArray()));
  }
}
