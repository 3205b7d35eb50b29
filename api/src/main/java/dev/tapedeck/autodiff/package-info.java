/**
 * Gradients: a {@link dev.tapedeck.autodiff.GradientTape} records what is computed and
 * differentiates it backwards, to any order.
 *
 * <p>{@link dev.tapedeck.autodiff.Gradients} has gradients as functions, gradients of one's own,
 * Jacobian- and Hessian-vector products, and {@code recompute}, which trades time for memory. The
 * pass itself is {@code Backward}: it goes through the recorded calls once, frees what it has used,
 * and notes where a chain broke, for the messages of {@link dev.tapedeck.autodiff.GradientList}.
 */
package dev.tapedeck.autodiff;
