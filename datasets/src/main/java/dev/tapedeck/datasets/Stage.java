package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;

/**
 * One step of a pipeline: elements in an order, made as they are asked for.
 *
 * <p>A stage does not know what its elements are. Some are numbers of examples in a {@link Source},
 * the others tensors that are {@link DetachedExample}.
 */
interface Stage<E> {
  /** Returns the step before this one; null at the source. */
  Stage<?> upstream();

  /** Returns the number of elements of a pass, or {@code Dataset.INFINITE}. */
  long cardinality();

  /**
   * Returns why this step has no elements though the one before has some; empty if it keeps all.
   */
  default String leavesNothing() {
    return "";
  }

  /**
   * Starts again from the first element.
   *
   * @param pass tells this pass from all others: what is random depends on it and on nothing that
   *     happened before, so that a thread that runs ahead changes no order
   */
  Iterator<E> iterator(RandomKey pass);
}
