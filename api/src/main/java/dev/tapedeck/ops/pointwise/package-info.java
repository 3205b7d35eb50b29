/**
 * Pointwise ops, one line each: {@link dev.tapedeck.ops.pointwise.Maths} (arithmetic and elementary
 * functions), {@link dev.tapedeck.ops.pointwise.SpecialFunctions}, {@link
 * dev.tapedeck.ops.pointwise.Logic} (comparisons, {@code where}), {@link
 * dev.tapedeck.ops.pointwise.Bitwise} and {@link dev.tapedeck.ops.pointwise.Casting}.
 */
package dev.tapedeck.ops.pointwise;
