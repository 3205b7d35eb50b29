/**
 * Ops on matrices, in the last two axes: {@link dev.tapedeck.ops.linalg.Linalg} (products), {@link
 * dev.tapedeck.ops.linalg.Einsum}, {@link dev.tapedeck.ops.linalg.Solving}, {@link
 * dev.tapedeck.ops.linalg.Determinants}, {@link dev.tapedeck.ops.linalg.Decompositions} and {@link
 * dev.tapedeck.ops.linalg.Diagonals}.
 */
package dev.tapedeck.ops.linalg;
