/**
 * Optimizers: how variables change by their gradients.
 *
 * <p>Give one to {@code model.compile}, or take steps by hand:
 *
 * <pre>{@code
 * Optimizer optimizer = new Adam(1e-3);
 * optimizer.minimize(() -> loss(model.apply(x, true), y), model.trainableVariables());
 * }</pre>
 *
 * <p>Each is a formula or two, written into the variables in place. An optimizer of your own
 * extends {@link dev.tapedeck.train.Optimizer}, and keeps what it remembers of a variable in its
 * slots.
 */
package dev.tapedeck.optim;
