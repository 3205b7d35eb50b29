package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;

/**
 * What an attention layer computes.
 *
 * @param output means of values, one for each query
 * @param scores weights of the values for each query, of which each mean is made
 */
public record AttentionOutput(Tensor output, Tensor scores) {}
