/**
 * The reference kernels, on ND4J.
 *
 * <p>{@link dev.tapedeck.ops.kernels.nd4j.Nd4jKernels} is the provider; {@code Interpreter} runs
 * formulas one primitive at a time, {@code NativeCalls} is where ND4J's native code is called, and
 * {@code Lapack} where OpenBLAS's is. Ops check shapes and values before: native code would read
 * out of bounds or crash the process.
 */
package dev.tapedeck.ops.kernels.nd4j;
