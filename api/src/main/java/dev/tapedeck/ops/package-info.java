/**
 * Ops, and the dispatcher that applies them all.
 *
 * <p>An {@link dev.tapedeck.ops.Op} has a shape-and-dtype rule, a computation and a gradient, which
 * is written with ops. A {@link dev.tapedeck.ops.SimpleOp} has one output; a {@link
 * dev.tapedeck.ops.Pointwise} op is defined by a {@link dev.tapedeck.ops.expr.Formula}. {@link
 * dev.tapedeck.ops.Dispatch} runs an op or passes it to the tracer, and notifies open tapes; ops
 * know neither. A {@link dev.tapedeck.ops.Variable} is read and assigned to by ops as well.
 *
 * <p>The packages depend on each other in one direction, each on those above it:
 *
 * <ol>
 *   <li>{@link dev.tapedeck.ops.expr}: formulas of scalar primitives
 *   <li>{@link dev.tapedeck.ops.kernels}: the kernels' service-provider interface
 *   <li>this one
 *   <li>{@link dev.tapedeck.ops.pointwise}: arithmetic, scalar functions, comparisons, casts
 *   <li>{@link dev.tapedeck.ops.array}: shapes, indexing, reductions, sorting, segments
 *   <li>{@link dev.tapedeck.ops.linalg}: matrices; {@link dev.tapedeck.ops.random}: random numbers
 *       by keys
 *   <li>{@link dev.tapedeck.ops.neural}: convolutions, pooling, normalization, softmax, images
 * </ol>
 */
package dev.tapedeck.ops;
