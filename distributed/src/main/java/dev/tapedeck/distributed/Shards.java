package dev.tapedeck.distributed;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Example;

/** The parts of a batch: their number is a power of two, whatever computes them. */
final class Shards {
  private static final int MOST = 1024;

  private Shards() {}

  /** Checks a number of shards. */
  static int requireCount(String who, int count) {
    if (count < 1 || count > MOST || Integer.bitCount(count) != 1) {
      throw Refusal.of(
          who, "needs a power of two up to " + MOST + " as the number of shards", count, "give 8");
    }
    return count;
  }

  /**
   * Returns the shards of a batch, in order; null for those without examples, where there are less
   * examples than shards.
   */
  static Example[] of(Example batch, int count) {
    long rows = TensorTree.tensorsOf(batch.inputs()).getFirst().shape().size(0);
    Example[] shards = new Example[count];
    for (int i = 0; i < count; i++) {
      long from = Math.ceilDiv(rows * i, count);
      long to = Math.ceilDiv(rows * (i + 1), count);
      shards[i] = from == to ? null : rows(batch, from, to);
    }
    return shards;
  }

  private static Example rows(Example batch, long from, long to) {
    return new Example(
        rows(batch.inputs(), from, to),
        rows(batch.labels(), from, to),
        rows(batch.weights(), from, to));
  }

  private static Object rows(Object tensors, long from, long to) {
    return tensors == null
        ? null
        : TensorTree.map(tensors, tensor -> ((EagerTensor) tensor).part(0, from, to));
  }
}
