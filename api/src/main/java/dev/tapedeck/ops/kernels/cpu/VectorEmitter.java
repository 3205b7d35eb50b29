package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.LANES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.ORDER;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SEGMENT;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.SPECIES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.VECTOR;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.desc;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Element;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** An emitter of the code that loads, computes and stores one vector of each expression. */
final class VectorEmitter {
  private final LoopFrame frame;
  private final Target target;
  private final Element element;
  private final CodeBuilder code;
  private final VectorArithmetic arithmetic;

  /** The local variable of the mask, or -1 for whole vectors. */
  private final int mask;

  /** The offset of the vector from the current index. */
  private final int ahead;

  private final Map<Expr, Value> values = new IdentityHashMap<>();
  private final Value[] loaded;

  VectorEmitter(LoopFrame frame, int mask, int ahead) {
    this.frame = frame;
    this.target = frame.target;
    this.element = frame.element;
    this.code = frame.code;
    this.arithmetic = new VectorArithmetic(code, target.type());
    this.loaded = frame.repeated.clone();
    this.mask = mask;
    this.ahead = ahead;
  }

  void store() {
    // All are computed before the first is written: an output may be an input.
    List<Value> results = target.bodies().stream().map(this::value).toList();
    for (int i = 0; i < frame.outputs; i++) {
      store(i, results.get(i));
    }
  }

  private void store(int output, Value result) {
    if (result.logical() != target.logical()) {
      throw new IllegalStateException("formula: numbers and bools mixed");
    }
    code.aload(result.slot());
    if (target.logical()) {
      address(output, 0);
      length();
      String store = mask < 0 ? "storeBools" : "storeSomeBools";
      code.invokestatic(LANES, store, counting(CD_void, MASK, CD_long));
    } else {
      memory(output);
      code.invokevirtual(VECTOR, "intoMemorySegment", masked(CD_void, SEGMENT, CD_long, ORDER));
    }
  }

  private void address(int operand, int shift) {
    code.lload(frame.at[operand]).iload(frame.index);
    if (ahead > 0) {
      code.loadConstant(ahead).iadd();
    }
    code.i2l();
    if (shift > 0) {
      code.loadConstant(shift).lshl();
    }
    code.ladd().loadConstant(VectorSupport.ADDRESS).land();
  }

  private void memory(int operand) {
    if (mask < 0) {
      code.getstatic(LANES, "ALL", SEGMENT);
    } else {
      address(operand, element.shift());
      code.aload(mask);
      code.invokestatic(LANES, "upTo", MethodTypeDesc.of(SEGMENT, CD_long, MASK));
    }
    address(operand, element.shift());
    code.getstatic(LANES, "ORDER", ORDER);
    if (mask >= 0) {
      code.aload(mask);
    }
  }

  private MethodTypeDesc masked(ClassDesc result, ClassDesc... parameters) {
    MethodTypeDesc all = MethodTypeDesc.of(result, parameters);
    return mask < 0 ? all : all.insertParameterTypes(parameters.length, MASK);
  }

  private void length() {
    if (mask >= 0) {
      code.iload(frame.count).iload(frame.index).isub();
    }
  }

  private MethodTypeDesc counting(ClassDesc result, ClassDesc... parameters) {
    MethodTypeDesc all = MethodTypeDesc.of(result, parameters);
    return mask < 0 ? all : all.insertParameterTypes(parameters.length, CD_int);
  }

  Value value(Expr node) {
    return switch (node) {
      case Expr.Constant constant -> frame.hoisted.get(constant);
      case Expr.Input(int input) -> {
        if (loaded[input] == null) {
          loaded[input] = load(input);
        }
        yield loaded[input];
      }
      case Expr.Apply call -> {
        Value known = values.get(call);
        if (known == null) {
          known = apply(call);
          values.put(call, known);
        }
        yield known;
      }
    };
  }

  private Value load(int input) {
    frame.species();
    if (frame.inputs[input].logical()) {
      address(frame.outputs + input, 0);
      length();
      String load = mask < 0 ? "bools" : "someBools";
      code.invokestatic(LANES, load, counting(MASK, SPECIES, CD_long));
    } else {
      memory(frame.outputs + input);
      MethodTypeDesc load = masked(element.vector(), SPECIES, SEGMENT, CD_long, ORDER);
      code.invokestatic(element.vector(), "fromMemorySegment", load);
    }
    return new Value(frame.keep(), frame.inputs[input].logical());
  }

  private Value apply(Expr.Apply call) {
    Value[] arguments = call.arguments().stream().map(this::value).toArray(Value[]::new);
    Primitive primitive = call.primitive();
    if (VectorInstructions.isOperator(primitive, target.type())) {
      return arithmetic.operator(primitive, arguments);
    }
    if (!Functions.has(primitive)) {
      return each(primitive, arguments);
    }
    return target.type() == DType.FLOAT64 || Functions.hasFloat32(primitive)
        ? Functions.of(primitive, arithmetic, arguments)
        : inFloat64(primitive, arguments);
  }

  /** Computes a function of float32 numbers in float64, half a vector at a time. */
  private Value inFloat64(Primitive primitive, Value... arguments) {
    VectorArithmetic wide = new VectorArithmetic(code, DType.FLOAT64);
    Value[] halves = new Value[2];
    for (int half = 0; half < halves.length; half++) {
      Value[] widened = new Value[arguments.length];
      for (int i = 0; i < widened.length; i++) {
        widened[i] = wide.widened(arguments[i], half);
      }
      halves[half] = Functions.ofNarrow(primitive, wide, widened);
    }
    Value result = wide.narrowed(halves[0], halves[1]);
    return Functions.completed(primitive, arithmetic, result, arguments);
  }

  private Value each(Primitive primitive, Value... arguments) {
    MethodTypeDesc signature = MethodTypeDesc.of(element.vector());
    for (Value argument : arguments) {
      code.aload(argument.slot()).checkcast(element.vector());
      signature = signature.insertParameterTypes(0, element.vector());
    }
    ClassDesc type = desc(Primitive.class);
    code.getstatic(type, primitive.name(), type);
    signature = signature.insertParameterTypes(arguments.length, type);
    code.invokestatic(desc(SpecialElements.class), "of", signature);
    return new Value(frame.keep(), false);
  }
}
