package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.ASSOCIATIVE;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.BINARY;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.CONVERSION;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.LANES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.OPERATORS;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SPECIES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.VECTOR;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.desc;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Element;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import jdk.incubator.vector.VectorOperators;

/** An emitter of arithmetic on vectors; bools are masks. */
final class VectorArithmetic implements Arithmetic {
  private static final MethodTypeDesc TERNARY =
      MethodTypeDesc.of(VECTOR, desc(VectorOperators.Ternary.class), VECTOR, VECTOR);

  private static final MethodTypeDesc BLEND = MethodTypeDesc.of(VECTOR, VECTOR, MASK);

  private final CodeBuilder code;
  private final DType type;
  private final Element element;

  VectorArithmetic(CodeBuilder code, DType type) {
    this.code = code;
    this.type = type;
    this.element = Element.of(type);
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public Value constant(double number) {
    LoopFrame.broadcast(code, type, number);
    return keep(false);
  }

  private Value keep(boolean logical) {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    return new Value(slot, logical);
  }

  @Override
  public Value operator(Primitive primitive, Value... arguments) {
    boolean logical = primitive.isLogical();
    if (primitive == Primitive.SELECT && !arguments[1].logical()) {
      code.aload(arguments[2].slot()).aload(arguments[1].slot()).aload(arguments[0].slot());
      code.invokevirtual(VECTOR, "blend", BLEND);
      return keep(false);
    }
    for (Value argument : arguments) {
      code.aload(argument.slot());
    }
    if (primitive == Primitive.SELECT) {
      logical = true;
      code.invokestatic(LANES, "select", MethodTypeDesc.of(MASK, MASK, MASK, MASK));
    } else if (arguments[0].logical()) {
      ofMasks(primitive, arguments.length);
    } else if (logical) {
      ClassDesc comparison = desc(VectorOperators.Comparison.class);
      code.getstatic(OPERATORS, primitive.name(), comparison).swap();
      code.invokevirtual(VECTOR, "compare", MethodTypeDesc.of(MASK, comparison, VECTOR));
    } else if (arguments.length == 1) {
      ClassDesc unary = desc(VectorOperators.Unary.class);
      code.getstatic(OPERATORS, VectorInstructions.operator(primitive), unary);
      code.invokevirtual(VECTOR, "lanewise", MethodTypeDesc.of(VECTOR, unary));
    } else {
      ClassDesc binary =
          VectorInstructions.isAssociative(primitive)
              ? ASSOCIATIVE
              : desc(VectorOperators.Binary.class);
      code.getstatic(OPERATORS, VectorInstructions.operator(primitive), binary).swap();
      code.invokevirtual(VECTOR, "lanewise", BINARY);
    }
    return keep(logical);
  }

  private void ofMasks(Primitive primitive, int arguments) {
    MethodTypeDesc unary = MethodTypeDesc.of(MASK);
    MethodTypeDesc all = arguments == 1 ? unary : MethodTypeDesc.of(MASK, MASK);
    code.invokevirtual(MASK, VectorInstructions.ofMasks(primitive), all);
    if (primitive == Primitive.EQ) {
      code.invokevirtual(MASK, "not", unary);
    }
  }

  @Override
  public Value fma(Value x, Value y, Value z) {
    code.aload(x.slot()).getstatic(OPERATORS, "FMA", desc(VectorOperators.Ternary.class));
    code.aload(y.slot()).aload(z.slot()).invokevirtual(VECTOR, "lanewise", TERNARY);
    return keep(false);
  }

  @Override
  public Value bits(String method, Value... arguments) {
    new VectorBits(code, type).emit(method, arguments);
    return keep(method.startsWith("is"));
  }

  @Override
  public Value patched(Value result, Value special, Primitive primitive, Value... arguments) {
    Label none = code.newLabel();
    code.aload(special.slot()).invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean));
    code.ifeq(none);
    code.aload(result.slot()).checkcast(element.vector()).aload(special.slot());
    ClassDesc type = desc(Primitive.class);
    code.getstatic(type, primitive.name(), type);
    MethodTypeDesc signature = MethodTypeDesc.of(element.vector(), element.vector(), MASK, type);
    for (int i = 0; i < arguments.length; i++) {
      code.aload(arguments[i].slot()).checkcast(element.vector());
      signature = signature.insertParameterTypes(3 + i, element.vector());
    }
    code.invokestatic(desc(SpecialElements.class), "replace", signature).astore(result.slot());
    code.labelBinding(none);
    return result;
  }

  /** Returns the first or second half of the elements of a float32 vector, in float64. */
  Value widened(Value narrow, int half) {
    code.aload(narrow.slot());
    convert("F2D", DType.FLOAT64, half);
    return keep(false);
  }

  /** Returns a float32 vector of two float64 vectors. */
  Value narrowed(Value first, Value second) {
    code.aload(first.slot());
    convert("D2F", DType.FLOAT32, 0);
    code.aload(second.slot());
    convert("D2F", DType.FLOAT32, -1); // the second half of the vector
    code.getstatic(LANES, "FLOAT32_SECOND_HALF", MASK);
    code.invokevirtual(VECTOR, "blend", BLEND);
    return keep(false);
  }

  private void convert(String conversion, DType to, int part) {
    code.getstatic(OPERATORS, conversion, CONVERSION);
    code.getstatic(LANES, to.name(), SPECIES).loadConstant(part);
    MethodTypeDesc signature = MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int);
    code.invokevirtual(VECTOR, "convertShape", signature);
  }
}
