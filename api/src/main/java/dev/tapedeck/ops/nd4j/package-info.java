/**
 * The reference kernels, on ND4J.
 *
 * <p>{@link dev.tapedeck.ops.nd4j.Nd4jKernels} is the provider; {@code Interpreter} runs formulas
 * one primitive at a time, and {@code NativeCalls} is where native code is called. Shapes and
 * values have been checked by the op before: native code would read out of bounds, or end the
 * process.
 */
package dev.tapedeck.ops.nd4j;
