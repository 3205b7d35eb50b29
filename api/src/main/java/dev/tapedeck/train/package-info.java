/**
 * Training: the types {@link dev.tapedeck.train.Layer}, {@link dev.tapedeck.train.Model}, {@link
 * dev.tapedeck.train.Optimizer}, {@link dev.tapedeck.train.Loss}, {@link
 * dev.tapedeck.train.Metric}, {@link dev.tapedeck.train.Dataset} and {@link
 * dev.tapedeck.train.Callback}, and {@code fit}.
 *
 * <p>Start with {@link dev.tapedeck.train.Model}. Concrete layers, optimizers, metrics and datasets
 * are in the modules of those names, which know this package and not each other.
 */
package dev.tapedeck.train;
