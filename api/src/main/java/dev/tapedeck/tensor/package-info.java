/**
 * Tensors, and the memory they live in.
 *
 * <p>Start with {@link dev.tapedeck.tensor.Tensor}: make one with {@code Tensor.of(new float[][]
 * {{1, 2}})}, compute with its methods or with the static functions below {@code dev.tapedeck.ops},
 * read it with {@code toArray()} or by printing it, and take parts of it with {@code get} and an
 * {@link dev.tapedeck.tensor.Index}.
 *
 * <p>Memory is off-heap and pooled ({@code Pool}). It is freed automatically; a {@link
 * dev.tapedeck.tensor.Scope} frees it sooner, and {@link dev.tapedeck.tensor.Memory} shows and
 * limits it. A tensor is a view (shape, strides, offset) of a {@link dev.tapedeck.tensor.Storage},
 * so that reshaping, transposing and slicing copy nothing.
 */
package dev.tapedeck.tensor;
