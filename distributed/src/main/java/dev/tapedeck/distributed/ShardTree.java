package dev.tapedeck.distributed;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.train.Replica.Receiver;
import java.util.Optional;

/**
 * Binary trees that add up the sums of shards, one for each part of them: two neighbours, then two
 * neighbouring sums, and so on, in whatever order they come. Shards without examples are left out.
 */
final class ShardTree {
  private final int leaves;
  private final Receiver totals;
  private final Optional<EagerTensor>[][] nodes;

  /**
   * Makes the trees.
   *
   * @param leaves number of shards, a power of two
   * @param totals is given the total of each part, null if no shard has examples
   */
  @SuppressWarnings("unchecked") // arrays of a generic class
  ShardTree(int leaves, int parts, Receiver totals) {
    this.leaves = leaves;
    this.totals = totals;
    nodes = (Optional<EagerTensor>[][]) new Optional<?>[parts][2 * leaves];
  }

  /** Puts a part of the sums of a shard, null without examples, and adds up what is complete. */
  void put(int part, int shard, EagerTensor sums) {
    Optional<EagerTensor> value = Optional.ofNullable(sums);
    for (int node = leaves + shard; node > 1; node /= 2) {
      Optional<EagerTensor> sibling = exchange(nodes[part], node, value);
      if (sibling == null) {
        return;
      }
      value = node % 2 == 0 ? sum(value, sibling) : sum(sibling, value);
    }
    totals.accept(part, value.orElse(null));
  }

  /** Takes the value of a node's sibling; if there is none, leaves the node's for it. */
  private synchronized Optional<EagerTensor> exchange(
      Optional<EagerTensor>[] tree, int node, Optional<EagerTensor> value) {
    Optional<EagerTensor> sibling = tree[node ^ 1];
    tree[sibling == null ? node : node ^ 1] = sibling == null ? value : null;
    return sibling;
  }

  private static Optional<EagerTensor> sum(
      Optional<EagerTensor> left, Optional<EagerTensor> right) {
    if (left.isPresent() && right.isPresent()) {
      TreeSum.of(left.get(), right.get());
      right.get().release();
    }
    return left.isPresent() ? left : right;
  }
}
