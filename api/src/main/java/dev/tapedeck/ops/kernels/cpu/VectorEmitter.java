package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.LoopFrame.ASSOCIATIVE;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.BINARY;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.LANES;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.MASK;
import static dev.tapedeck.ops.kernels.cpu.LoopFrame.OPERATORS;
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
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.incubator.vector.VectorOperators;

/** An emitter of the code that loads, computes and stores one vector of each expression. */
final class VectorEmitter {
  private final LoopFrame frame;
  private final Target target;
  private final Element element;
  private final CodeBuilder code;

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
    if (!VectorInstructions.isOperator(primitive, target.type())) {
      return function(primitive, arguments);
    }
    for (Value argument : arguments) {
      code.aload(argument.slot());
    }
    boolean logical = primitive.isLogical();
    if (primitive == Primitive.SELECT) {
      logical = arguments[1].logical();
      ClassDesc type = logical ? MASK : VECTOR;
      code.invokestatic(LANES, "select", MethodTypeDesc.of(type, MASK, type, type));
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
    return new Value(frame.keep(), logical);
  }

  private void ofMasks(Primitive primitive, int arguments) {
    MethodTypeDesc unary = MethodTypeDesc.of(MASK);
    MethodTypeDesc all = arguments == 1 ? unary : MethodTypeDesc.of(MASK, MASK);
    code.invokevirtual(MASK, VectorInstructions.ofMasks(primitive), all);
    if (primitive == Primitive.EQ) {
      code.invokevirtual(MASK, "not", unary);
    }
  }

  private Value function(Primitive primitive, Value... arguments) {
    MethodTypeDesc signature = MethodTypeDesc.of(element.vector());
    for (Value argument : arguments) {
      code.aload(argument.slot()).checkcast(element.vector());
      signature = signature.insertParameterTypes(0, element.vector());
    }
    String name = primitive.name().toLowerCase(Locale.ROOT);
    if (!VectorInstructions.isFunction(primitive, target.type())) {
      ClassDesc type = desc(Primitive.class);
      code.getstatic(type, primitive.name(), type);
      signature = signature.insertParameterTypes(arguments.length, type);
      name = "each";
    }
    code.invokestatic(desc(VectorMath.class), name, signature);
    return new Value(frame.keep(), false);
  }
}
