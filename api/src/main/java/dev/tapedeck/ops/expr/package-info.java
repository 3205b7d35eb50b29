/**
 * Formulas: expressions of scalar primitives, from which pointwise ops, their derivatives and their
 * kernels come.
 *
 * <p>Start with {@link dev.tapedeck.ops.expr.Formula}, made of {@link dev.tapedeck.ops.expr.Expr}s;
 * {@link dev.tapedeck.ops.expr.Primitive} has each primitive with its value and its derivative.
 */
package dev.tapedeck.ops.expr;
