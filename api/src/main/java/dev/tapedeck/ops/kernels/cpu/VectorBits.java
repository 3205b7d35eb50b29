package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.OPERATORS;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SPECIES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.VECTOR;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.desc;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * An emitter of {@link FloatBits}'s operations for vectors; results are left on the stack.
 *
 * <p>It emits calls of the Vector API alone: in large loops HotSpot does not inline any others.
 */
final class VectorBits {
  private static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);

  private final CodeBuilder code;
  private final boolean narrow;
  private final ClassDesc floats;
  private final ClassDesc whole;
  private final ClassDesc wholeType;
  private final int digits;
  private final long one;
  private final long aboveRoot;

  VectorBits(CodeBuilder code, DType type) {
    this.code = code;
    this.narrow = type == DType.FLOAT32;
    this.floats = desc(narrow ? FloatVector.class : DoubleVector.class);
    this.whole = desc(narrow ? IntVector.class : LongVector.class);
    this.wholeType = narrow ? CD_int : CD_long;
    this.digits = narrow ? FloatBits.DIGITS : FloatBits.LONG_DIGITS;
    this.one = narrow ? FloatBits.ONE : FloatBits.LONG_ONE;
    this.aboveRoot = narrow ? FloatBits.ABOVE_ROOT : FloatBits.LONG_ABOVE_ROOT;
  }

  void emit(String method, Value... x) {
    switch (method) {
      case "power" -> {
        load(x[0]);
        plus("add");
        bits();
        lanewise("LSHL", digits);
        numbers();
      }
      case "exponent" -> {
        load(x[0]);
        bits();
        whole("add", aboveRoot);
        lanewise("LSHR", digits);
        lanewise("OR", narrow ? FloatBits.WHOLE_BITS : FloatBits.LONG_WHOLE_BITS);
        numbers();
        plus("sub");
      }
      case "fraction" -> {
        load(x[0]);
        bits();
        whole("add", one);
        load(x[0]);
        bits();
        whole("add", aboveRoot);
        lanewise("AND", -1L << digits);
        code.invokevirtual(whole, "sub", MethodTypeDesc.of(whole, VECTOR));
        numbers();
      }
      case "withSign" -> {
        load(x[0]);
        bits();
        code.getstatic(OPERATORS, "OR", LoopFrame.ASSOCIATIVE);
        load(x[1]);
        bits();
        lanewise("AND", narrow ? Integer.MIN_VALUE : Long.MIN_VALUE);
        code.invokevirtual(whole, "lanewise", MethodTypeDesc.of(whole, BINARY, VECTOR));
        numbers();
      }
      case "isSet0" -> isSet(x[0], 1);
      case "isSet1" -> isSet(x[0], 2);
      default -> throw new IllegalStateException("vectors: no " + method);
    }
  }

  private void isSet(Value x, int bit) {
    load(x);
    bits();
    lanewise("AND", bit);
    code.getstatic(OPERATORS, "NE", COMPARISON);
    constant(0);
    code.invokevirtual(whole, "compare", MethodTypeDesc.of(MASK, COMPARISON, wholeType));
    code.getstatic(LoopFrame.LANES, narrow ? "FLOAT32" : "FLOAT64", SPECIES);
    code.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
  }

  private void load(Value x) {
    code.aload(x.slot()).checkcast(floats);
  }

  private void bits() {
    code.invokevirtual(
        floats, narrow ? "reinterpretAsInts" : "reinterpretAsLongs", MethodTypeDesc.of(whole));
  }

  private void numbers() {
    code.invokevirtual(
        whole, narrow ? "reinterpretAsFloats" : "reinterpretAsDoubles", MethodTypeDesc.of(floats));
  }

  /** Adds or subtracts the number whose lowest bits are those of biased exponents. */
  private void plus(String operation) {
    if (narrow) {
      code.loadConstant(FloatBits.WHOLE + FloatBits.BIAS);
    } else {
      code.loadConstant(FloatBits.LONG_WHOLE + FloatBits.LONG_BIAS);
    }
    code.invokevirtual(floats, operation, MethodTypeDesc.of(floats, narrow ? CD_float : CD_double));
  }

  private void whole(String operation, long number) {
    constant(number);
    code.invokevirtual(whole, operation, MethodTypeDesc.of(whole, wholeType));
  }

  private void lanewise(String operator, long number) {
    boolean associative = operator.equals("AND") || operator.equals("OR");
    code.getstatic(OPERATORS, operator, associative ? LoopFrame.ASSOCIATIVE : BINARY);
    constant(number);
    code.invokevirtual(whole, "lanewise", MethodTypeDesc.of(whole, BINARY, wholeType));
  }

  private void constant(long number) {
    if (narrow) {
      code.loadConstant((int) number);
    } else {
      code.loadConstant(number);
    }
  }
}
