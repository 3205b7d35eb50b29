package dev.tapedeck.distributed;

import dev.tapedeck.train.ShardSums;
import java.util.Optional;

/**
 * A binary tree that adds up the sums of shards: two neighbours, then two neighbouring sums, and so
 * on, in whatever order they come. Shards without examples are left out.
 */
final class ShardTree {
  private final int leaves;
  private final Optional<ShardSums>[] nodes;

  /** Makes a tree of a number of shards, a power of two. */
  @SuppressWarnings("unchecked") // an array of a generic class
  ShardTree(int leaves) {
    this.leaves = leaves;
    nodes = (Optional<ShardSums>[]) new Optional<?>[2 * leaves];
  }

  /** Puts the sums of a shard, empty if it has no examples, and adds up what is complete. */
  void put(int shard, Optional<ShardSums> sums) {
    Optional<ShardSums> value = sums;
    int node = leaves + shard;
    while (node > 1) {
      Optional<ShardSums> sibling = exchange(node, value);
      if (sibling == null) {
        return;
      }
      value = node % 2 == 0 ? sum(value, sibling) : sum(sibling, value);
      node /= 2;
    }
    nodes[1] = value;
  }

  /** Takes the value of a node's sibling; if there is none, leaves the node's for it. */
  private synchronized Optional<ShardSums> exchange(int node, Optional<ShardSums> value) {
    Optional<ShardSums> sibling = nodes[node ^ 1];
    nodes[sibling == null ? node : node ^ 1] = sibling == null ? value : null;
    return sibling;
  }

  private static Optional<ShardSums> sum(Optional<ShardSums> left, Optional<ShardSums> right) {
    if (left.isPresent() && right.isPresent()) {
      left.get().add(right.get());
    }
    return left.isPresent() ? left : right;
  }

  /** Returns the sums of all shards; empty if none has examples. */
  Optional<ShardSums> total() {
    return nodes[1];
  }
}
