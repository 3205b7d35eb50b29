/**
 * Gradients: a {@link dev.tapedeck.autodiff.GradientTape} records what is computed and
 * differentiates it backwards, to any order.
 *
 * <p>{@link dev.tapedeck.autodiff.Gradients} has gradients as functions, custom gradients,
 * Jacobian- and Hessian-vector products, and {@code recompute}, which trades time for memory.
 * {@code Backward} is the backward pass: it goes through the recorded calls once, frees the
 * gradients it has used, and notes where the chain of derivatives breaks, for the messages of
 * {@link dev.tapedeck.autodiff.GradientList}.
 */
package dev.tapedeck.autodiff;
