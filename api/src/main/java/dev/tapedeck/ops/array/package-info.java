/**
 * Ops on the elements of tensors in other shapes, places and orders, and over axes.
 *
 * <ul>
 *   <li>shapes: {@link dev.tapedeck.ops.array.Shaping}, {@link dev.tapedeck.ops.array.Rearranging}
 *   <li>parts and places: {@link dev.tapedeck.ops.array.Indexing}, {@link
 *       dev.tapedeck.ops.array.Scattering}, {@link dev.tapedeck.ops.array.Segments}
 *   <li>over axes: {@link dev.tapedeck.ops.array.Reductions}, {@link
 *       dev.tapedeck.ops.array.Cumulative}, {@link dev.tapedeck.ops.array.Sorting}, {@link
 *       dev.tapedeck.ops.array.Counting}
 *   <li>new tensors: {@link dev.tapedeck.ops.array.Creation}
 * </ul>
 */
package dev.tapedeck.ops.array;
