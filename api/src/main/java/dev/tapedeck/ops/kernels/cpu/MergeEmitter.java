package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.ASSOCIATIVE;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.BINARY;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.CONVERSION;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.LANES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.OPERATORS;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.ORDER;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SEGMENT;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SHUFFLE;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SPECIES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.VECTOR;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Element;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** An emitter of the code that reduces vectors of values to vectors of totals, and these to one. */
final class MergeEmitter {
  private final LoopFrame frame;
  private final Target target;
  private final Element total;
  private final CodeBuilder code;

  MergeEmitter(LoopFrame frame) {
    this.frame = frame;
    this.target = frame.target;
    this.total = Element.of(target.total());
    this.code = frame.code;
  }

  /** Merges a vector of totals, which {@code value} pushes, into one in a local variable. */
  void totals(int sum, Runnable value) {
    code.aload(sum);
    associative();
    value.run();
    code.invokevirtual(VECTOR, "lanewise", BINARY).astore(sum);
  }

  /**
   * Merges a vector of values; if totals are wider, each half is converted to a vector of totals.
   */
  void values(int sum, int value) {
    if (target.type() == target.total()) {
      totals(sum, () -> code.aload(value));
      return;
    }
    for (int half = 0; half < 2; half++) {
      int part = half;
      totals(
          sum,
          () -> {
            code.aload(value).getstatic(OPERATORS, "F2D", CONVERSION);
            frame.species(target.total());
            code.loadConstant(part);
            MethodTypeDesc convert = MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int);
            code.invokevirtual(VECTOR, "convertShape", convert);
          });
    }
  }

  /**
   * Reduces the lanes, always in the same order, and combines them with the output's element. The
   * code is emitted inline: passing vectors to a method would make them objects.
   */
  void intoOutput(int vector) {
    String type = target.total().name();
    for (int half = VectorSupport.species(target.total()).length() / 2; half > 0; half /= 2) {
      code.aload(vector);
      associative();
      code.aload(vector).getstatic(LANES, type + "_BY_" + half, SHUFFLE);
      code.invokevirtual(VECTOR, "rearrange", MethodTypeDesc.of(VECTOR, SHUFFLE));
      code.invokevirtual(VECTOR, "lanewise", BINARY).astore(vector);
    }
    code.lload(frame.at[0])
        .invokestatic(LANES, total.load(), MethodTypeDesc.of(total.vector(), CD_long));
    associative();
    code.aload(vector).invokevirtual(VECTOR, "lanewise", BINARY);
    code.getstatic(LANES, "ALL", SEGMENT).lload(frame.at[0]).getstatic(LANES, "ORDER", ORDER);
    code.getstatic(LANES, type + "_FIRST", MASK);
    MethodTypeDesc store = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER, MASK);
    code.invokevirtual(VECTOR, "intoMemorySegment", store);
  }

  private void associative() {
    code.getstatic(OPERATORS, VectorInstructions.operator(target.merge().primitive()), ASSOCIATIVE);
  }

  /** Loads the identity element into all lanes of a new local variable. */
  int identity(DType type) {
    frame.broadcast(type, target.merge().identity(type));
    return frame.keep();
  }
}
