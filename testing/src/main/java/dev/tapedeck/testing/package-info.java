/**
 * Checks for tests of ops, layers and of what Keras computes, for test scope.
 *
 * <p>Start with {@link dev.tapedeck.testing.OpCheck} for an op and {@link
 * dev.tapedeck.testing.LayerCheck} for a layer; {@link dev.tapedeck.testing.GradientChecker}
 * compares the gradients of any function with differences of its values.
 */
package dev.tapedeck.testing;
