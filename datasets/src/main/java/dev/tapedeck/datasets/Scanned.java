package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;

/**
 * What a function of {@link Pipeline#scan} returns.
 *
 * @param state given to the function with the next example
 * @param example the example that takes the given one's place
 * @param <S> any type, such as a tensor, or a record of tensors and Java values
 */
public record Scanned<S>(S state, Example example) {}
