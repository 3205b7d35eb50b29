/**
 * Ops of neural networks: {@link dev.tapedeck.ops.neural.Convolution}, {@link
 * dev.tapedeck.ops.neural.Pooling}, {@link dev.tapedeck.ops.neural.Normalization}, {@link
 * dev.tapedeck.ops.neural.Softmax} with its cross-entropies, {@link
 * dev.tapedeck.ops.neural.Regularization} and {@link dev.tapedeck.ops.neural.Images}.
 */
package dev.tapedeck.ops.neural;
