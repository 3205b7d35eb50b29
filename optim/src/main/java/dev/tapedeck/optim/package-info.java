/**
 * Optimizers, which update variables by their gradients.
 *
 * <p>Give one to {@code model.compile}, or take steps by hand:
 *
 * <pre>{@code
 * Optimizer optimizer = new Adam(1e-3);
 * optimizer.minimize(() -> loss(model.apply(x, true), y), model.trainableVariables());
 * }</pre>
 *
 * <p>Each is a formula or two, applied to the variables in place. An optimizer of your own extends
 * {@link dev.tapedeck.train.Optimizer} and keeps its state of each variable in slots.
 */
package dev.tapedeck.optim;
