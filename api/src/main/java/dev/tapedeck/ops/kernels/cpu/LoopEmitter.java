package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SPECIES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.VECTOR;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Operand;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;

/**
 * An emitter of the bytecode of one of a loop's two methods.
 *
 * <p>HotSpot compiles each on its own and must not inline it into callers: in a method that is too
 * large it no longer keeps vectors in registers, and each becomes an object.
 */
final class LoopEmitter {
  /** Bytecode size above which HotSpot does not inline a method. */
  private static final int PADDING = 330;

  /** The number of independent accumulators, which hide the latency of additions. */
  private static final int SUMS = 4;

  private final Target target;
  private final CodeBuilder code;
  private final LoopFrame frame;
  private final MergeEmitter merge;

  LoopEmitter(Target target, Operand[] inputs, CodeBuilder code) {
    this.target = target;
    this.code = code;
    this.frame = new LoopFrame(target, inputs, code);
    this.merge = new MergeEmitter(frame);
    pad(code);
  }

  static void pad(CodeBuilder code) {
    for (int i = 0; i < PADDING; i++) {
      code.nop();
    }
  }

  /** Emits the method that runs over rows. */
  void run() {
    int lanes = VectorSupport.species(target.type()).length();
    int rows = entry(0);
    int elements = entry(1);
    frame.count = code.allocateLocal(TypeKind.INT);
    code.lload(elements).l2i().istore(frame.count);
    int[] next = new int[frame.at.length];
    for (int i = 0; i < frame.at.length; i++) {
      frame.at[i] = entry(RowLoop.OPERANDS + 2 * i);
      next[i] = entry(RowLoop.OPERANDS + 2 * i + 1);
    }
    frame.hoistConstants();
    frame.index = code.allocateLocal(TypeKind.INT);

    Label row = code.newBoundLabel();
    frame.loadRepeated();
    code.iconst_0().istore(frame.index);
    if (target.merge() == null) {
      vectors(lanes, () -> new VectorEmitter(frame, -1, 0).store());
    } else {
      reduceRow(lanes);
    }
    Label end = code.newLabel();
    code.iload(frame.index).iload(frame.count).if_icmpge(end);
    code.iload(frame.index).iload(frame.count);
    for (int address : frame.at) {
      code.lload(address);
    }
    code.invokestatic(
        LoopCompiler.GENERATED, LoopCompiler.REST, LoopCompiler.restOf(frame.at.length));
    code.labelBinding(end);
    for (int i = 0; i < frame.at.length; i++) {
      code.lload(frame.at[i]).lload(next[i]).ladd().lstore(frame.at[i]);
    }
    code.lload(rows).lconst_1().lsub().lstore(rows);
    code.lload(rows).lconst_0().lcmp().ifgt(row);
    code.return_();
  }

  private void reduceRow(int lanes) {
    Label none = code.newLabel();
    code.iload(frame.count).loadConstant(lanes).if_icmplt(none);
    int[] sums = new int[SUMS];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = merge.identity(target.total());
    }
    vectors(
        lanes * sums.length,
        () -> {
          for (int i = 0; i < sums.length; i++) {
            merge.values(
                sums[i],
                new VectorEmitter(frame, -1, i * lanes).value(target.bodies().getFirst()).slot());
          }
        });
    vectors(
        lanes,
        () ->
            merge.values(
                sums[0], new VectorEmitter(frame, -1, 0).value(target.bodies().getFirst()).slot()));
    for (int step = 1; step < sums.length; step *= 2) {
      for (int i = 0; i < sums.length; i += 2 * step) {
        int other = sums[i + step];
        merge.totals(sums[i], () -> code.aload(other));
      }
    }
    merge.intoOutput(sums[0]);
    code.labelBinding(none);
  }

  /** Emits the method for the rest of a row: fewer elements than a vector has. */
  void rest() {
    frame.index = code.parameterSlot(0);
    frame.count = code.parameterSlot(1);
    for (int i = 0; i < frame.at.length; i++) {
      frame.at[i] = code.parameterSlot(2 + i);
    }
    frame.hoistConstants();
    frame.loadRepeated();
    frame.species();
    code.iload(frame.index).iload(frame.count);
    code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    int mask = frame.keep();
    if (target.merge() == null) {
      new VectorEmitter(frame, mask, 0).store();
    } else {
      int value = new VectorEmitter(frame, mask, 0).value(target.bodies().getFirst()).slot();
      code.aload(merge.identity(target.type())).aload(value).aload(mask);
      code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, VECTOR, MASK));
      int blended = frame.keep();
      int sum = merge.identity(target.total());
      merge.values(sum, blended);
      merge.intoOutput(sum);
    }
    code.return_();
  }

  private int entry(int number) {
    int slot = code.allocateLocal(TypeKind.LONG);
    code.aload(1).loadConstant(number).laload().lstore(slot);
    return slot;
  }

  /**
   * Emits a loop over the whole vectors from the current index on. It is tested at its end, since
   * HotSpot would copy the body of another loop, and gives up if that is large.
   */
  private void vectors(int elements, Runnable body) {
    Label end = code.newLabel();
    code.iload(frame.index).iload(frame.count).loadConstant(elements).isub().if_icmpgt(end);
    Label start = code.newBoundLabel();
    body.run();
    code.iinc(frame.index, elements);
    code.iload(frame.index).iload(frame.count).loadConstant(elements).isub().if_icmple(start);
    code.labelBinding(end);
  }
}
