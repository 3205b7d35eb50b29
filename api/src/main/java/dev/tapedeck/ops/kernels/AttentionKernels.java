package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * The weights that attention makes of scores: the softmax, along the keys, of those that a query
 * may attend to. They are 0 for others, and all equal for a query that may attend to none.
 *
 * <p>Scores and weights are matrices {@code [queries, keys]} of a float32 or float64. The first
 * query may attend to the first {@code past} keys, each following one to one more. A mask of the
 * same shape, whose keys lie next to each other in memory, says which of them it may attend to;
 * null for all.
 */
public interface AttentionKernels {
  /** Replaces scores, which are multiplied by a scale first, by weights. */
  void weights(EagerTensor mask, long past, double scale, EagerTensor scores);

  /** Replaces gradients of weights by those of the scores. */
  void gradient(
      EagerTensor weights, EagerTensor mask, long past, double scale, EagerTensor gradients);
}
