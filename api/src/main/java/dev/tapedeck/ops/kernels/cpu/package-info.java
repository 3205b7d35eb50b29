/**
 * The kernels for CPUs; begin with {@link dev.tapedeck.ops.kernels.cpu.CpuKernels}.
 *
 * <p>A formula is compiled once for each combination of element types and layouts ({@code
 * CompiledFormula}, {@code LoopCompiler}, {@code LoopEmitter}), and its loop runs over rows of
 * memory ({@code Rows}); {@code CompiledReduction} reduces values along axes. Loops that no formula
 * describes are written by hand: {@code LogitLoops}, {@code PoolLoops}, {@code SumLoops}. Products
 * and convolutions are oneDNN's, in parts ({@code ParallelProducts}). All work is shared among
 * {@code Workers}.
 *
 * <p>The decisions behind it, with figures, are in docs/adr/0013-kernels-of-the-processor.md.
 */
package dev.tapedeck.ops.kernels.cpu;
