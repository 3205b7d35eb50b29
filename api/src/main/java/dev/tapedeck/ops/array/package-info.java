/**
 * Ops that reshape, index, reorder and reduce tensors.
 *
 * <ul>
 *   <li>shapes: {@link dev.tapedeck.ops.array.Shaping}, {@link dev.tapedeck.ops.array.Joining},
 *       {@link dev.tapedeck.ops.array.Rearranging}
 *   <li>indexing: {@link dev.tapedeck.ops.array.Indexing}, {@link
 *       dev.tapedeck.ops.array.Scattering}, {@link dev.tapedeck.ops.array.Segments}
 *   <li>along axes: {@link dev.tapedeck.ops.array.Reductions}, {@link
 *       dev.tapedeck.ops.array.Cumulative}, {@link dev.tapedeck.ops.array.Sorting}, {@link
 *       dev.tapedeck.ops.array.Counting}
 *   <li>new tensors: {@link dev.tapedeck.ops.array.Creation}
 * </ul>
 */
package dev.tapedeck.ops.array;
