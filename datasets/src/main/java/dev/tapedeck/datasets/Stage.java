package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;

/**
 * One step of a pipeline: a sequence of elements that are made on demand.
 *
 * <p>Elements are either row numbers of a {@link Source} or examples ({@link DetachedExample}); a
 * stage works on both, and a {@link Collator} makes examples of them.
 */
interface Stage<E> {
  /** Returns the stage before this one; null at the source. */
  Stage<?> upstream();

  /** Returns the number of elements of a pass, or {@code Dataset.INFINITE}. */
  long cardinality();

  /**
   * Returns why this stage has no elements though its upstream has some; empty if it drops none.
   */
  default String whyEmpty() {
    return "";
  }

  /**
   * Returns a new pass, from the first element on.
   *
   * @param pass identifies the pass: what is random depends on it alone, not on earlier draws, so
   *     that prefetching changes no order
   */
  Iterator<E> iterator(RandomKey pass);
}
