/**
 * Formulas: expressions of scalar primitives, from which pointwise ops, their gradients and their
 * kernels are derived.
 *
 * <p>Start with {@link dev.tapedeck.ops.expr.Formula}, made of {@link dev.tapedeck.ops.expr.Expr}s;
 * {@link dev.tapedeck.ops.expr.Primitive} defines the value and the gradient of each primitive.
 */
package dev.tapedeck.ops.expr;
