package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Primitives as plain Java loops: for whole numbers and bools, where ND4J has gaps or would crash
 * the process (division by zero), and for the few floating point ones that are slow in ND4J.
 */
final class JavaLoops {
  private final Primitive primitive;
  private final DType type;
  private final DType resultType;
  private final MemorySegment[] from;
  private final int[] steps;
  private final MemorySegment to;
  private final long count;

  private JavaLoops(Primitive primitive, EagerTensor output, EagerTensor... inputs) {
    this.primitive = primitive;
    this.type = inputs[inputs.length - 1].dtype();
    this.resultType = output.dtype();
    this.from = new MemorySegment[inputs.length];
    this.steps = new int[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      EagerTensor operand = fit(inputs[i], output.shape());
      from[i] = operand.elements();
      steps[i] = operand.shape().count() == 1 ? 0 : 1;
    }
    this.to = output.elements();
    this.count = output.shape().count();
  }

  /**
   * Computes a primitive.
   *
   * @throws ArithmeticException if a whole number is divided by zero
   */
  static void run(Primitive primitive, EagerTensor output, EagerTensor... inputs) {
    JavaLoops loops = new JavaLoops(primitive, output, inputs);
    if (primitive == Primitive.SELECT) {
      loops.select();
    } else if (loops.type == DType.FLOAT32 && loops.float32()) {
      return;
    } else if (loops.type.isFloating()) {
      loops.floating();
    } else {
      loops.whole();
    }
  }

  /** Returns a dense operand, of the output's shape or of one element. */
  private static EagerTensor fit(EagerTensor input, Shape shape) {
    return (input.shape().count() == 1 ? input : input.broadcastTo(shape)).dense();
  }

  /** Runs a loop of float32; false if there is none for this primitive. */
  private boolean float32() {
    Float32Loops.Operand x = new Float32Loops.Operand(from[0], steps[0]);
    Float32Loops.Operand y =
        new Float32Loops.Operand(from[from.length - 1], steps[from.length - 1]);
    switch (primitive) {
      case XMULY -> Float32Loops.xmuly(x, y, to, count);
      case XDIVY -> Float32Loops.xdivy(x, y, to, count);
      case SQRT -> Float32Loops.sqrt(x, to, count);
      case NEG -> Float32Loops.neg(x, to, count);
      case ABS -> Float32Loops.abs(x, to, count);
      case MAX -> Float32Loops.max(x, y, to, count);
      case MIN -> Float32Loops.min(x, y, to, count);
      case LT -> Float32Loops.less(x, y, to, count);
      case LE -> Float32Loops.lessEqual(x, y, to, count);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void select() {
    if (type == DType.FLOAT32 && steps[0] == 1) {
      Float32Loops.select(
          from[0],
          new Float32Loops.Operand(from[1], steps[1]),
          new Float32Loops.Operand(from[2], steps[2]),
          to,
          count);
      return;
    }
    for (long i = 0; i < count; i++) {
      int chosen = from[0].get(Elements.BYTE, i * steps[0]) != 0 ? 1 : 2;
      Elements.copy(type, from[chosen], i * steps[chosen], to, i);
    }
  }

  private void floating() {
    boolean one = from.length == 1;
    for (long i = 0; i < count; i++) {
      double x = Elements.getDouble(type, from[0], i * steps[0]);
      double value =
          one
              ? primitive.unary().applyAsDouble(x)
              : primitive
                  .binary()
                  .applyAsDouble(x, Elements.getDouble(type, from[1], i * steps[1]));
      Elements.setDouble(resultType, to, i, value);
    }
  }

  private void whole() {
    boolean one = from.length == 1;
    for (long i = 0; i < count; i++) {
      long x = Elements.getLong(type, from[0], i * steps[0]);
      long value =
          one
              ? primitive.wholeUnary().applyAsLong(x)
              : primitive
                  .wholeBinary()
                  .applyAsLong(x, Elements.getLong(type, from[1], i * steps[1]));
      Elements.setLong(resultType, to, i, value);
    }
  }
}
