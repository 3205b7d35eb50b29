package dev.tapedeck.train;

/**
 * Batches of examples, in an order; every iterator starts from the beginning.
 *
 * <p>What {@code next()} allocates belongs to the scope of its caller: a training step releases its
 * batch. An iterator that makes an element ahead of time makes it in a scope that it {@linkplain
 * dev.tapedeck.tensor.Scope#detach detaches}, and attaches when it hands the element out; one that
 * gives an element twice makes it in {@link dev.tapedeck.tensor.Scope#none()}.
 */
public interface Dataset extends Iterable<Example> {
  /** The cardinality of a dataset whose size is not known before iterating. */
  long UNKNOWN = -1;

  /** The cardinality of a dataset without end. */
  long INFINITE = -2;

  /** Returns the number of elements, {@link #UNKNOWN} or {@link #INFINITE}. */
  long cardinality();

  /** Returns why there are no elements, {@code skip(9) leaves none of 5}; empty if not known. */
  default String whyEmpty() {
    return "";
  }

  /**
   * Returns why an iteration cannot be gone on with after a restart, which {@code fit} warns of;
   * empty if its examples are the same each time.
   */
  default String whyNotResumed() {
    return "";
  }

  /**
   * Checks, before {@code fit} begins, that this dataset may validate a training on another.
   *
   * @throws IllegalArgumentException if the two share examples in later epochs
   */
  default void requireApartFrom(Dataset training) {}
}
