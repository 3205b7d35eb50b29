/**
 * Every op, one place each, and the single way through which all are applied.
 *
 * <p>The static functions are grouped by kind: {@link dev.tapedeck.ops.Maths} and {@link
 * dev.tapedeck.ops.Logic} (pointwise), {@link dev.tapedeck.ops.Reductions}, {@link
 * dev.tapedeck.ops.Shaping}, {@link dev.tapedeck.ops.Indexing}, {@link dev.tapedeck.ops.Linalg},
 * {@link dev.tapedeck.ops.Convolution}, {@link dev.tapedeck.ops.Pooling}, {@link
 * dev.tapedeck.ops.Softmax}, {@link dev.tapedeck.ops.Casting}, {@link dev.tapedeck.ops.Randoms}.
 *
 * <p>An {@link dev.tapedeck.ops.Op} carries its shape-and-dtype rule, its computation and its
 * gradient, which is written with ops. A pointwise op is a {@link dev.tapedeck.ops.Formula} from
 * which the rest is derived. {@link dev.tapedeck.ops.Dispatch} runs an op, hands it to the tracer,
 * and tells open tapes; ops know of none of them. The heavy work is behind {@link
 * dev.tapedeck.ops.Kernels}, a service-provider interface.
 */
package dev.tapedeck.ops;
