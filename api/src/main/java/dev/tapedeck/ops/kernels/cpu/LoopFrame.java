package dev.tapedeck.ops.kernels.cpu;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Operand;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.Map;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The operands and local variables of one of a loop's methods, and the builder of its code. */
final class LoopFrame {
  static final ClassDesc LANES = desc(VectorSupport.class);
  static final ClassDesc VECTOR = desc(Vector.class);
  static final ClassDesc MASK = desc(VectorMask.class);
  static final ClassDesc SHUFFLE = desc(VectorShuffle.class);
  static final ClassDesc SPECIES = desc(VectorSpecies.class);
  static final ClassDesc SEGMENT = desc(MemorySegment.class);
  static final ClassDesc ORDER = desc(ByteOrder.class);
  static final ClassDesc OPERATORS = desc(VectorOperators.class);
  static final ClassDesc ASSOCIATIVE = desc(VectorOperators.Associative.class);
  static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
  static final MethodTypeDesc BINARY =
      MethodTypeDesc.of(VECTOR, desc(VectorOperators.Binary.class), VECTOR);

  final Target target;
  final Element element;
  final Operand[] inputs;
  final int outputs;
  final CodeBuilder code;

  /** The local variables with the operands' addresses, outputs first. */
  final int[] at;

  /** The local variables of the position in a row, and of its length. */
  int index;

  int count;

  /** The constants of the expressions, loaded before the loop. */
  final Map<Expr, Value> hoisted = new IdentityHashMap<>();

  /** The inputs that repeat one element along a row, loaded before it; null for others. */
  final Value[] repeated;

  /** A value in a local variable. */
  record Value(int slot, boolean logical) {}

  /** The parts of the code that depend on the element type. */
  record Element(ClassDesc vector, ClassDesc type, String load, int shift) {
    static Element of(DType dtype) {
      return switch (dtype) {
        case FLOAT32 -> new Element(desc(FloatVector.class), CD_float, "floats", 2);
        case FLOAT64 -> new Element(desc(DoubleVector.class), CD_double, "doubles", 3);
        case INT32 -> new Element(desc(IntVector.class), CD_int, "ints", 2);
        case INT64 -> new Element(desc(LongVector.class), CD_long, "longs", 3);
        default -> throw new IllegalStateException("lanes: none for " + dtype);
      };
    }
  }

  LoopFrame(Target target, Operand[] inputs, CodeBuilder code) {
    this.target = target;
    this.element = Element.of(target.type());
    this.inputs = inputs;
    this.code = code;
    this.outputs = target.bodies().size();
    this.at = new int[outputs + inputs.length];
    this.repeated = new Value[inputs.length];
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  void species() {
    species(target.type());
  }

  void species(DType type) {
    code.getstatic(LANES, type.name(), SPECIES);
  }

  void broadcast(DType type, double value) {
    broadcast(code, type, value);
  }

  static void broadcast(CodeBuilder code, DType type, double value) {
    code.getstatic(LANES, type.name(), SPECIES);
    switch (type) {
      case FLOAT32 -> code.loadConstant((float) value);
      case FLOAT64 -> code.loadConstant(value);
      case INT32 -> code.loadConstant((int) value);
      default -> code.loadConstant((long) value);
    }
    Element of = Element.of(type);
    MethodTypeDesc broadcast = MethodTypeDesc.of(of.vector, SPECIES, of.type);
    code.invokestatic(of.vector, "broadcast", broadcast);
  }

  /** Stores the top of the stack in a new local variable. */
  int keep() {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    return slot;
  }

  /** Loads the constants of all expressions. */
  void hoistConstants() {
    for (Expr body : target.bodies()) {
      for (Expr node : body.nodes()) {
        if (node instanceof Expr.Constant constant && !hoisted.containsKey(constant)) {
          broadcast(target.type(), constant.value());
          hoisted.put(constant, new Value(keep(), false));
        }
      }
    }
  }

  /** Loads the inputs that repeat one element along a row. */
  void loadRepeated() {
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].repeated()) {
        if (inputs[i].logical()) {
          species();
          code.lload(at[outputs + i]);
          code.invokestatic(LANES, "bool", MethodTypeDesc.of(MASK, SPECIES, CD_long));
        } else {
          code.lload(at[outputs + i]);
          code.invokestatic(LANES, element.load, MethodTypeDesc.of(element.vector, CD_long));
        }
        repeated[i] = new Value(keep(), inputs[i].logical());
      }
    }
  }
}
