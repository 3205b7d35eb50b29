package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * One step of a pipeline: a sequence of elements that are made on demand.
 *
 * <p>Elements are either row numbers of a {@link Source} or examples ({@link DetachedExample}); a
 * stage works on both, and a {@link Collator} makes examples of them.
 */
interface Stage<E> {
  /** Returns the only stage before this one; null at a source, and where there are several. */
  Stage<?> upstream();

  /** Returns all stages right before this one. */
  default List<Stage<?>> upstreams() {
    return upstream() == null ? List.of() : List.of(upstream());
  }

  /** Returns the number of elements of a pass, {@code Dataset.UNKNOWN} or {@code INFINITE}. */
  long cardinality();

  /** Returns a function of a number of elements; what is unknown or infinite stays so. */
  static long count(long all, LongUnaryOperator ofKnown) {
    return all < 0 ? all : ofKnown.applyAsLong(all);
  }

  /** Returns a number of elements of which some may be missing. */
  static long atMost(long all) {
    return all > 0 ? Dataset.UNKNOWN : all;
  }

  /**
   * Returns why a pass, once it has begun, cannot be gone on with in another process; empty if it
   * can: its elements and their order are then the same each time.
   */
  default String whyNotResumed() {
    return "";
  }

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
