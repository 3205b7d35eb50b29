package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Primitives as plain Java loops: for whole numbers and bools, where ND4J has gaps or would stop
 * the process (a division by zero), and for the few floating point ones that ND4J is slow at.
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

  /** Returns a dense operand of the output's shape, or of one element. */
  private static EagerTensor fit(EagerTensor input, Shape shape) {
    if (input.shape().count() == 1 || input.shape().equals(shape)) {
      return input.contiguous();
    }
    long[] strides = new long[shape.rank()];
    int missing = shape.rank() - input.shape().rank();
    for (int i = missing; i < strides.length; i++) {
      strides[i] = input.shape().size(i - missing) == 1 ? 0 : input.strides()[i - missing];
    }
    return input.view(shape, strides, input.offset()).contiguous();
  }

  /** Runs the loops that the compiler makes vector code of; false if there is none for this one. */
  private boolean float32() {
    MemorySegment x = from[0];
    MemorySegment y = from[from.length - 1];
    MemorySegment z = to;
    long n = count;
    long dx = steps[0];
    long dy = steps[from.length - 1];
    switch (primitive) {
      case SQRT -> {
        for (long i = 0; i < n; i++) {
          z.setAtIndex(Elements.FLOAT, i, (float) Math.sqrt(x.getAtIndex(Elements.FLOAT, i)));
        }
      }
      case NEG -> {
        for (long i = 0; i < n; i++) {
          z.setAtIndex(Elements.FLOAT, i, -x.getAtIndex(Elements.FLOAT, i));
        }
      }
      case ABS -> {
        for (long i = 0; i < n; i++) {
          z.setAtIndex(Elements.FLOAT, i, Math.abs(x.getAtIndex(Elements.FLOAT, i)));
        }
      }
      case MAX -> {
        for (long i = 0; i < n; i++) {
          float a = x.getAtIndex(Elements.FLOAT, i * dx);
          z.setAtIndex(Elements.FLOAT, i, Math.max(a, y.getAtIndex(Elements.FLOAT, i * dy)));
        }
      }
      case MIN -> {
        for (long i = 0; i < n; i++) {
          float a = x.getAtIndex(Elements.FLOAT, i * dx);
          z.setAtIndex(Elements.FLOAT, i, Math.min(a, y.getAtIndex(Elements.FLOAT, i * dy)));
        }
      }
      case LT -> {
        for (long i = 0; i < n; i++) {
          float a = x.getAtIndex(Elements.FLOAT, i * dx);
          z.set(Elements.BYTE, i, (byte) (a < y.getAtIndex(Elements.FLOAT, i * dy) ? 1 : 0));
        }
      }
      case LE -> {
        for (long i = 0; i < n; i++) {
          float a = x.getAtIndex(Elements.FLOAT, i * dx);
          z.set(Elements.BYTE, i, (byte) (a <= y.getAtIndex(Elements.FLOAT, i * dy) ? 1 : 0));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void select() {
    if (type.bytes() == 4) {
      select4();
      return;
    }
    for (long i = 0; i < count; i++) {
      int chosen = from[0].get(Elements.BYTE, i * steps[0]) != 0 ? 1 : 2;
      MemorySegment source = from[chosen];
      long at = i * steps[chosen];
      if (type.bytes() == 1) {
        to.set(Elements.BYTE, i, source.get(Elements.BYTE, at));
      } else {
        to.setAtIndex(Elements.LONG, i, source.getAtIndex(Elements.LONG, at));
      }
    }
  }

  private void select4() {
    MemorySegment condition = from[0];
    MemorySegment yes = from[1];
    MemorySegment no = from[2];
    MemorySegment z = to;
    long n = count;
    long dc = steps[0];
    long dy = steps[1];
    long dn = steps[2];
    for (long i = 0; i < n; i++) {
      int a = yes.getAtIndex(Elements.INT, i * dy);
      int b = no.getAtIndex(Elements.INT, i * dn);
      z.setAtIndex(Elements.INT, i, condition.get(Elements.BYTE, i * dc) != 0 ? a : b);
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
