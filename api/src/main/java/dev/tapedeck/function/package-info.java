/**
 * Functions of tensors as graphs.
 *
 * <p>Start with {@link dev.tapedeck.function.TracedFunction}: it runs a Java method once with
 * symbolic tensors, and the graph from then on. There is a {@link
 * dev.tapedeck.function.ConcreteFunction} for each signature. {@link
 * dev.tapedeck.function.ControlFlow} has branches and loops that are part of a graph, {@link
 * dev.tapedeck.function.JavaFunction} calls Java code from inside one.
 *
 * <p>How it works: a tracer takes ops from {@link dev.tapedeck.ops.Dispatch} and writes them down
 * as {@link dev.tapedeck.function.Node}s of a {@link dev.tapedeck.function.Graph}; passes rewrite
 * it ({@link dev.tapedeck.function.GraphReport}); a {@link dev.tapedeck.function.ExecutionPlan}
 * runs it. Where Java code reads a bool or a whole number, the graph is cut in segments, which form
 * a tree, one branch for each value. Gradients are traced as the functions are; this package knows
 * of tapes only through {@link dev.tapedeck.ops.Differentiation}.
 */
package dev.tapedeck.function;
