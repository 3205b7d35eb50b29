package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;

/**
 * One element of a dataset: an input and its label; in a batch both have a leading axis of
 * examples.
 *
 * @param x the input
 * @param y the label; null where there is none
 */
public record Example(Tensor x, Tensor y) {}
