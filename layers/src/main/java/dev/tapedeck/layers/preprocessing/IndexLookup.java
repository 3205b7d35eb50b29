package dev.tapedeck.layers.preprocessing;

/**
 * Base of the layers that look tokens up one by one, and ids.
 *
 * @param <T> token, String or Long
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class IndexLookup<
        T, A extends Record & Vocabulary.Arguments<T>, L extends IndexLookup<T, A, L>>
    extends VocabularyLayer<T, A, L> {
  IndexLookup(A arguments) {
    super(arguments);
  }

  /**
   * Sets the number of ids for tokens that are not in the vocabulary, of which a hash chooses one;
   * with 0 such tokens are refused. By default 1.
   */
  public final L numOovIndices(int numOovIndices) {
    return with("numOovIndices", numOovIndices);
  }

  /** Sets whether ids are looked up, and tokens returned; by default not. */
  public final L invert(boolean invert) {
    return with("invert", invert);
  }

  /**
   * Sets one or two numbers that change the hash of tokens that are not in the vocabulary; by
   * default null, none.
   */
  public final L salt(long... salt) {
    return with("salt", Hashes.salt(who(), salt));
  }
}
