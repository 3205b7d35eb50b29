package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.Tensor;

/**
 * A batch of images and their labels, which layers mix that mix images.
 *
 * @param images images {@code [n, h, w, c]}
 * @param labels labels {@code [n, classes]}, as of {@code oneHot}
 */
public record LabelledBatch(Tensor images, Tensor labels) {}
