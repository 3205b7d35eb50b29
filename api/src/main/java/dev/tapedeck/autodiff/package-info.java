/**
 * Gradients: a {@link dev.tapedeck.autodiff.GradientTape} records what is computed and
 * differentiates it backwards, to any order.
 */
package dev.tapedeck.autodiff;
