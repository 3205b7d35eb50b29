package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.desc;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;

/** An emitter of arithmetic on single elements, with the bits of {@link VectorArithmetic}. */
final class ScalarArithmetic implements Arithmetic {
  private final CodeBuilder code;
  private final DType type;
  private final boolean narrow;
  private final TypeKind kind;
  private final ClassDesc number;

  ScalarArithmetic(CodeBuilder code, DType type) {
    this.code = code;
    this.type = type;
    this.narrow = type == DType.FLOAT32;
    this.kind = narrow ? TypeKind.FLOAT : TypeKind.DOUBLE;
    this.number = narrow ? CD_float : CD_double;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public Value constant(double value) {
    if (narrow) {
      code.loadConstant((float) value);
    } else {
      code.loadConstant(value);
    }
    return keep(false);
  }

  private Value keep(boolean logical) {
    TypeKind result = logical ? TypeKind.INT : kind;
    int slot = code.allocateLocal(result);
    code.storeLocal(result, slot);
    return new Value(slot, logical);
  }

  private void load(Value... values) {
    for (Value value : values) {
      code.loadLocal(value.logical() ? TypeKind.INT : kind, value.slot());
    }
  }

  @Override
  public Value operator(Primitive primitive, Value... x) {
    boolean logical = primitive.isLogical();
    switch (primitive) {
      case ADD, SUB, MUL, DIV, NEG -> {
        load(x);
        arithmetic(primitive);
      }
      case MAX, MIN -> {
        load(x);
        math(Math.class, primitive == Primitive.MAX ? "max" : "min", number, number, number);
      }
      case ABS -> {
        load(x);
        math(Math.class, "abs", number, number);
      }
      case SQRT -> root(x[0]);
      case LT, LE, EQ, NE -> compare(primitive, x);
      case AND -> truth(x, Opcode.IAND);
      case OR -> truth(x, Opcode.IOR);
      case XOR -> truth(x, Opcode.IXOR);
      case NOT -> {
        load(x);
        code.iconst_1().ixor();
      }
      case SELECT -> {
        logical = x[1].logical();
        load(x[0]);
        code.ifThenElse(yes -> load(x[1]), no -> load(x[2]));
      }
      default -> throw new IllegalStateException("formula: " + primitive + " of single elements");
    }
    return keep(logical);
  }

  private void truth(Value[] x, Opcode operation) {
    load(x);
    code.with(OperatorInstruction.of(operation));
  }

  private void arithmetic(Primitive primitive) {
    switch (primitive) {
      case ADD -> code.with(operation(narrow ? Opcode.FADD : Opcode.DADD));
      case SUB -> code.with(operation(narrow ? Opcode.FSUB : Opcode.DSUB));
      case MUL -> code.with(operation(narrow ? Opcode.FMUL : Opcode.DMUL));
      case DIV -> code.with(operation(narrow ? Opcode.FDIV : Opcode.DDIV));
      default -> code.with(operation(narrow ? Opcode.FNEG : Opcode.DNEG));
    }
  }

  private static OperatorInstruction operation(Opcode opcode) {
    return OperatorInstruction.of(opcode);
  }

  /** Emits a root in double, which rounds to the root in float. */
  private void root(Value x) {
    load(x);
    if (narrow) {
      code.f2d();
    }
    math(Math.class, "sqrt", CD_double, CD_double);
    if (narrow) {
      code.d2f();
    }
  }

  private void compare(Primitive primitive, Value... x) {
    if (x[0].logical()) {
      truth(x, Opcode.IXOR);
      if (primitive == Primitive.EQ) {
        code.iconst_1().ixor();
      }
      return;
    }
    load(x);
    // Of NaN the result is false, so that a comparison with it must be like "greater".
    if (narrow) {
      code.fcmpg();
    } else {
      code.dcmpg();
    }
    Opcode condition =
        switch (primitive) {
          case LT -> Opcode.IFLT;
          case LE -> Opcode.IFLE;
          case EQ -> Opcode.IFEQ;
          default -> Opcode.IFNE;
        };
    code.ifThenElse(condition, yes -> yes.iconst_1(), no -> no.iconst_0());
  }

  private void math(Class<?> owner, String method, ClassDesc result, ClassDesc... parameters) {
    code.invokestatic(desc(owner), method, MethodTypeDesc.of(result, parameters));
  }

  @Override
  public Value fma(Value x, Value y, Value z) {
    load(x, y, z);
    math(Math.class, "fma", number, number, number, number);
    return keep(false);
  }

  @Override
  public Value bits(String method, Value... x) {
    load(x);
    boolean logical = method.startsWith("is");
    ClassDesc[] parameters = new ClassDesc[x.length];
    Arrays.fill(parameters, number);
    math(FloatBits.class, method, logical ? CD_boolean : number, parameters);
    return keep(logical);
  }

  @Override
  public Value patched(Value result, Value special, Primitive primitive, Value... x) {
    load(result, special);
    ClassDesc type = desc(Primitive.class);
    code.getstatic(type, primitive.name(), type);
    load(x);
    MethodTypeDesc signature = MethodTypeDesc.of(number, number, CD_boolean, type);
    for (int i = 0; i < x.length; i++) {
      signature = signature.insertParameterTypes(3 + i, number);
    }
    code.invokestatic(desc(SpecialElements.class), "replace", signature);
    return keep(false);
  }

  /** Returns a float32 number in float64. */
  Value widened(Value narrowOne) {
    code.fload(narrowOne.slot()).f2d();
    return keep(false);
  }

  /** Returns a float64 number rounded to float32. */
  Value narrowed(Value wide) {
    code.dload(wide.slot()).d2f();
    int slot = code.allocateLocal(TypeKind.FLOAT);
    code.fstore(slot);
    return new Value(slot, false);
  }

  /** Returns a primitive without arithmetic of its own, in double. */
  Value each(Primitive primitive, Value... x) {
    load(x);
    ClassDesc type = desc(Primitive.class);
    code.getstatic(type, primitive.name(), type);
    MethodTypeDesc signature = MethodTypeDesc.of(number);
    for (int i = 0; i < x.length; i++) {
      signature = signature.insertParameterTypes(i, number);
    }
    signature = signature.insertParameterTypes(x.length, type);
    code.invokestatic(desc(SpecialElements.class), "of", signature);
    return keep(false);
  }
}
