/**
 * Every op, one place each, and the single way through which all are applied.
 *
 * <p>The static functions are grouped by kind:
 *
 * <ul>
 *   <li>pointwise: {@link dev.tapedeck.ops.Maths}, {@link dev.tapedeck.ops.SpecialFunctions},
 *       {@link dev.tapedeck.ops.Logic}, {@link dev.tapedeck.ops.Bitwise}, {@link
 *       dev.tapedeck.ops.Casting}
 *   <li>over axes: {@link dev.tapedeck.ops.Reductions}, {@link dev.tapedeck.ops.Cumulative}, {@link
 *       dev.tapedeck.ops.Sorting}, {@link dev.tapedeck.ops.Counting}
 *   <li>elements in other shapes and places: {@link dev.tapedeck.ops.Shaping}, {@link
 *       dev.tapedeck.ops.Rearranging}, {@link dev.tapedeck.ops.Diagonals}, {@link
 *       dev.tapedeck.ops.Indexing}, {@link dev.tapedeck.ops.Scattering}
 *   <li>matrices: {@link dev.tapedeck.ops.Linalg}, {@link dev.tapedeck.ops.Einsum}, {@link
 *       dev.tapedeck.ops.Solving}, {@link dev.tapedeck.ops.Determinants}, {@link
 *       dev.tapedeck.ops.Decompositions}
 *   <li>neural networks: {@link dev.tapedeck.ops.Convolution}, {@link dev.tapedeck.ops.Pooling},
 *       {@link dev.tapedeck.ops.Normalization}, {@link dev.tapedeck.ops.Softmax}, {@link
 *       dev.tapedeck.ops.Regularization}, {@link dev.tapedeck.ops.Images}, {@link
 *       dev.tapedeck.ops.Segments}
 *   <li>new tensors: {@link dev.tapedeck.ops.Creation}, {@link dev.tapedeck.ops.Randoms}
 * </ul>
 *
 * <p>An {@link dev.tapedeck.ops.Op} carries its shape-and-dtype rule, its computation and its
 * gradient, which is written with ops. A pointwise op is a {@link dev.tapedeck.ops.Formula} from
 * which the rest is derived. {@link dev.tapedeck.ops.Dispatch} runs an op, hands it to the tracer,
 * and tells open tapes; ops know of none of them. The heavy work is behind {@link
 * dev.tapedeck.ops.Kernels}, a service-provider interface.
 */
package dev.tapedeck.ops;
