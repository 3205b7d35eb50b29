/**
 * Training: what a {@link dev.tapedeck.train.Layer}, {@link dev.tapedeck.train.Model}, {@link
 * dev.tapedeck.train.Optimizer}, {@link dev.tapedeck.train.Loss}, {@link
 * dev.tapedeck.train.Metric}, {@link dev.tapedeck.train.Dataset} and {@link
 * dev.tapedeck.train.Callback} are, and {@code fit}.
 *
 * <p>Start with {@link dev.tapedeck.train.Model}. The layers, optimizers, metrics and datasets
 * themselves are in the modules of those names, which know this package and not each other.
 */
package dev.tapedeck.train;
