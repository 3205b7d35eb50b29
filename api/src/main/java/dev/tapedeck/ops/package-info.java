/**
 * What an op is, and the single way through which all are applied.
 *
 * <p>An {@link dev.tapedeck.ops.Op} carries its shape-and-dtype rule, its computation and its
 * gradient, which is written with ops. {@link dev.tapedeck.ops.SimpleOp} is one with one output;
 * {@link dev.tapedeck.ops.Pointwise} one that a {@link dev.tapedeck.ops.expr.Formula} says all of.
 * {@link dev.tapedeck.ops.Dispatch} runs an op, hands it to the tracer, and notifies open tapes;
 * ops know of none of them. A {@link dev.tapedeck.ops.Variable} is read and assigned to by ops as
 * well.
 *
 * <p>The packages below know each other in one direction:
 *
 * <ol>
 *   <li>{@link dev.tapedeck.ops.expr}: formulas of scalar primitives
 *   <li>{@link dev.tapedeck.ops.kernels}: the heavy work, a service-provider interface
 *   <li>this one
 *   <li>{@link dev.tapedeck.ops.pointwise}: arithmetic, functions, comparisons, casts
 *   <li>{@link dev.tapedeck.ops.array}: shapes, places, reductions, sorting, segments
 *   <li>{@link dev.tapedeck.ops.linalg}: matrices; {@link dev.tapedeck.ops.random}: draws by keys
 *   <li>{@link dev.tapedeck.ops.neural}: convolutions, pooling, normalization, softmax, images
 * </ol>
 */
package dev.tapedeck.ops;
