package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;

/**
 * What a function of {@link Pipeline#scan} returns.
 *
 * @param state given to the function with the next example
 * @param example the example that takes the given one's place
 * @param <S> a tensor, a record, list or map of tensors and Java values, or any Java value
 */
public record Scanned<S>(S state, Example example) {}
