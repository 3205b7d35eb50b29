package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Tensor;

/**
 * Inputs of an example with its number, as {@link Pipeline#enumerate} gives them.
 *
 * @param index the number, int64
 * @param inputs the inputs
 */
public record Enumerated(Tensor index, Object inputs) {}
