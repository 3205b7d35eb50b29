package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.util.List;

/** A program that exits with 0 if kernels access no memory outside of tensors. */
final class GuardPageRuns {
  /** So many runs that loops are compiled on the way. */
  private static final int OFTEN = 20 * OutsideTest.LONGEST;

  private GuardPageRuns() {}

  /** Does what its argument says: {@code kernels}, or what must not end well. */
  static void main(String... arguments) {
    switch (arguments[0]) {
      case "kernels" -> kernels();
      case "read behind" -> copy(true, 0, 1, 0);
      case "write behind" -> copy(true, 1, 0, 0);
      case "read before" -> copy(false, 0, 1, -4);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("done");
  }

  private static void kernels() {
    CpuKernels kernels = new CpuKernels();
    GuardedMemory behind = new GuardPages(true);
    GuardedMemory before = new GuardPages(false);
    for (int size = 1; size <= OutsideTest.LONGEST; size++) {
      new KernelRuns(kernels, size % 3 == 0 ? before : behind, size).run();
    }
    for (int i = 0; i < OFTEN; i++) {
      int size = 1 + i % OutsideTest.LONGEST;
      new KernelRuns(kernels, behind, size).runDense();
      new KernelRuns(kernels, before, size).runDense();
    }
  }

  /** Has a loop take one element that is outside of one of its operands. */
  private static void copy(boolean atEnd, long moreInput, long moreOutput, long bytes) {
    GuardedMemory memory = new GuardPages(atEnd);
    EagerTensor input = memory.vector(DType.FLOAT32, 20 + moreInput);
    EagerTensor output = memory.vector(DType.FLOAT32, 20 + moreOutput);
    wrong(input.address() + bytes, output.address(), 21);
  }

  /** Adds 1 to elements, however many there are. */
  static void wrong(long from, long to, long count) {
    Expr body = Formula.of("increment", x -> x.plus(1)).body();
    LoopCompiler.Target target =
        new LoopCompiler.Target(List.of(body), DType.FLOAT32, false, null, DType.FLOAT32);
    LoopCompiler.compile(target, new LoopCompiler.Operand(false, false))
        .run(new long[] {1, count, to, 0, from, 0});
  }
}
