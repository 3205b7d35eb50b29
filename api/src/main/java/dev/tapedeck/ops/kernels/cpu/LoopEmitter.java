package dev.tapedeck.ops.kernels.cpu;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Operand;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
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

/**
 * An emitter of the bytecode of one of a loop's two methods.
 *
 * <p>HotSpot compiles each on its own and must not inline it into callers: in a method that is too
 * large it no longer keeps vectors in registers, and each becomes an object.
 */
final class LoopEmitter {
  private static final ClassDesc LANES = desc(VectorSupport.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SHUFFLE = desc(VectorShuffle.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc ASSOCIATIVE = desc(VectorOperators.Associative.class);
  private static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
  private static final MethodTypeDesc BINARY =
      MethodTypeDesc.of(VECTOR, desc(VectorOperators.Binary.class), VECTOR);

  /** Bytecode size above which HotSpot does not inline a method. */
  private static final int PADDING = 330;

  /** The number of independent accumulators, which hide the latency of additions. */
  private static final int SUMS = 4;

  private final Target target;
  private final Element element;
  private final Element total;
  private final Operand[] inputs;
  private final int outputs;
  private final CodeBuilder code;

  /** The local variables with the operands' addresses, outputs first. */
  private final int[] at;

  /** The local variables of the position in a row, and of its length. */
  private int index;

  private int count;
  private final Map<Expr, Value> hoisted = new IdentityHashMap<>();
  private final Value[] repeated;

  /** A value in a local variable. */
  private record Value(int slot, boolean logical) {}

  /** The parts of the code that depend on the element type. */
  private record Element(ClassDesc vector, ClassDesc type, String load, int shift) {
    static Element of(DType dtype) {
      return switch (dtype) {
        case FLOAT32 -> new Element(desc(FloatVector.class), CD_float, "floats", 2);
        case FLOAT64 -> new Element(desc(DoubleVector.class), CD_double, "doubles", 3);
        case INT32 -> new Element(desc(IntVector.class), CD_int, "ints", 2);
        case INT64 -> new Element(desc(LongVector.class), CD_long, "longs", 3);
        default -> throw new IllegalArgumentException("no lanes of " + dtype);
      };
    }
  }

  LoopEmitter(Target target, Operand[] inputs, CodeBuilder code) {
    this.target = target;
    this.element = Element.of(target.type());
    this.total = Element.of(target.total());
    this.inputs = inputs;
    this.code = code;
    this.outputs = target.bodies().size();
    this.at = new int[outputs + inputs.length];
    this.repeated = new Value[inputs.length];
    pad(code);
  }

  static void pad(CodeBuilder code) {
    for (int i = 0; i < PADDING; i++) {
      code.nop();
    }
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** Emits the method that runs over rows. */
  void run() {
    int lanes = VectorSupport.species(target.type()).length();
    int rows = entry(0);
    int elements = entry(1);
    count = code.allocateLocal(TypeKind.INT);
    code.lload(elements).l2i().istore(count);
    int[] next = new int[at.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = entry(RowLoop.OPERANDS + 2 * i);
      next[i] = entry(RowLoop.OPERANDS + 2 * i + 1);
    }
    target.bodies().forEach(this::hoistConstants);
    index = code.allocateLocal(TypeKind.INT);

    Label row = code.newBoundLabel();
    loadRepeated();
    code.iconst_0().istore(index);
    if (target.merge() == null) {
      vectors(lanes, () -> new Lanewise(-1, 0).store());
    } else {
      reduceRow(lanes);
    }
    Label end = code.newLabel();
    code.iload(index).iload(count).if_icmpge(end);
    code.iload(index).iload(count);
    for (int address : at) {
      code.lload(address);
    }
    code.invokestatic(LoopCompiler.GENERATED, LoopCompiler.REST, LoopCompiler.restOf(at.length));
    code.labelBinding(end);
    for (int i = 0; i < at.length; i++) {
      code.lload(at[i]).lload(next[i]).ladd().lstore(at[i]);
    }
    code.lload(rows).lconst_1().lsub().lstore(rows);
    code.lload(rows).lconst_0().lcmp().ifgt(row);
    code.return_();
  }

  private void reduceRow(int lanes) {
    Label none = code.newLabel();
    code.iload(count).loadConstant(lanes).if_icmplt(none);
    int[] sums = new int[SUMS];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = identity(target.total());
    }
    vectors(
        lanes * sums.length,
        () -> {
          for (int i = 0; i < sums.length; i++) {
            mergeValue(sums[i], new Lanewise(-1, i * lanes).value(target.bodies().getFirst()).slot);
          }
        });
    vectors(
        lanes,
        () -> mergeValue(sums[0], new Lanewise(-1, 0).value(target.bodies().getFirst()).slot));
    for (int step = 1; step < sums.length; step *= 2) {
      for (int i = 0; i < sums.length; i += 2 * step) {
        int other = sums[i + step];
        merge(sums[i], () -> code.aload(other));
      }
    }
    mergeIntoOutput(sums[0]);
    code.labelBinding(none);
  }

  /** Emits the method for the rest of a row: fewer elements than a vector has. */
  void rest() {
    index = code.parameterSlot(0);
    count = code.parameterSlot(1);
    for (int i = 0; i < at.length; i++) {
      at[i] = code.parameterSlot(2 + i);
    }
    target.bodies().forEach(this::hoistConstants);
    loadRepeated();
    species();
    code.iload(index).iload(count);
    code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    int mask = keep();
    if (target.merge() == null) {
      new Lanewise(mask, 0).store();
    } else {
      int value = new Lanewise(mask, 0).value(target.bodies().getFirst()).slot;
      code.aload(identity(target.type())).aload(value).aload(mask);
      code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, VECTOR, MASK));
      int blended = keep();
      int sum = identity(target.total());
      mergeValue(sum, blended);
      mergeIntoOutput(sum);
    }
    code.return_();
  }

  private int entry(int number) {
    int slot = code.allocateLocal(TypeKind.LONG);
    code.aload(1).loadConstant(number).laload().lstore(slot);
    return slot;
  }

  /** Emits a loop over the whole vectors from the current index on. */
  private void vectors(int elements, Runnable body) {
    Label end = code.newLabel();
    Label start = code.newBoundLabel();
    code.iload(index).iload(count).loadConstant(elements).isub().if_icmpgt(end);
    body.run();
    code.iinc(index, elements).goto_(start);
    code.labelBinding(end);
  }

  private void merge(int sum, Runnable value) {
    code.aload(sum);
    associative();
    value.run();
    code.invokevirtual(VECTOR, "lanewise", BINARY).astore(sum);
  }

  /**
   * Merges a vector of values; if totals are wider, each half is converted to a vector of totals.
   */
  private void mergeValue(int sum, int value) {
    if (target.type() == target.total()) {
      merge(sum, () -> code.aload(value));
      return;
    }
    for (int half = 0; half < 2; half++) {
      int part = half;
      merge(
          sum,
          () -> {
            code.aload(value).getstatic(OPERATORS, "F2D", CONVERSION);
            species(target.total());
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
  private void mergeIntoOutput(int vector) {
    String type = target.total().name();
    for (int half = VectorSupport.species(target.total()).length() / 2; half > 0; half /= 2) {
      code.aload(vector);
      associative();
      code.aload(vector).getstatic(LANES, type + "_BY_" + half, SHUFFLE);
      code.invokevirtual(VECTOR, "rearrange", MethodTypeDesc.of(VECTOR, SHUFFLE));
      code.invokevirtual(VECTOR, "lanewise", BINARY).astore(vector);
    }
    code.lload(at[0]).invokestatic(LANES, total.load, MethodTypeDesc.of(total.vector, CD_long));
    associative();
    code.aload(vector).invokevirtual(VECTOR, "lanewise", BINARY);
    code.getstatic(LANES, "ALL", SEGMENT).lload(at[0]).getstatic(LANES, "ORDER", ORDER);
    code.getstatic(LANES, type + "_FIRST", MASK);
    MethodTypeDesc store = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER, MASK);
    code.invokevirtual(VECTOR, "intoMemorySegment", store);
  }

  private void associative() {
    code.getstatic(OPERATORS, VectorInstructions.operator(target.merge().primitive()), ASSOCIATIVE);
  }

  private int identity(DType type) {
    broadcast(type, target.merge().identity(type));
    return keep();
  }

  private void species() {
    species(target.type());
  }

  private void species(DType type) {
    code.getstatic(LANES, type.name(), SPECIES);
  }

  private void broadcast(DType type, double value) {
    species(type);
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

  private void hoistConstants(Expr node) {
    if (hoisted.containsKey(node)) {
      return;
    }
    switch (node) {
      case Expr.Constant constant -> {
        broadcast(target.type(), constant.value());
        hoisted.put(constant, new Value(keep(), false));
      }
      case Expr.Apply call -> {
        hoisted.put(call, null); // seen
        call.arguments().forEach(this::hoistConstants);
      }
      case Expr.Input _ -> {}
    }
  }

  /** Stores the top of the stack in a new local variable. */
  private int keep() {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    return slot;
  }

  private void loadRepeated() {
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

  /** The code that computes the expressions for one vector. */
  private final class Lanewise {
    /** The local variable of the mask, or -1 for whole vectors. */
    private final int mask;

    /** The offset of the vector from the current index. */
    private final int ahead;

    private final Map<Expr, Value> values = new IdentityHashMap<>();
    private final Value[] loaded = repeated.clone();

    Lanewise(int mask, int ahead) {
      this.mask = mask;
      this.ahead = ahead;
    }

    void store() {
      // All are computed before the first is written: an output may be an input.
      List<Value> results = target.bodies().stream().map(this::value).toList();
      for (int i = 0; i < outputs; i++) {
        store(i, results.get(i));
      }
    }

    private void store(int output, Value result) {
      if (result.logical != target.logical()) {
        throw new IllegalStateException("formula: numbers and bools mixed");
      }
      code.aload(result.slot);
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
      code.lload(at[operand]).iload(index);
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
        address(operand, element.shift);
        code.aload(mask);
        code.invokestatic(LANES, "upTo", MethodTypeDesc.of(SEGMENT, CD_long, MASK));
      }
      address(operand, element.shift);
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
        code.iload(count).iload(index).isub();
      }
    }

    private MethodTypeDesc counting(ClassDesc result, ClassDesc... parameters) {
      MethodTypeDesc all = MethodTypeDesc.of(result, parameters);
      return mask < 0 ? all : all.insertParameterTypes(parameters.length, CD_int);
    }

    Value value(Expr node) {
      return switch (node) {
        case Expr.Constant constant -> hoisted.get(constant);
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
      species();
      if (inputs[input].logical()) {
        address(outputs + input, 0);
        length();
        String load = mask < 0 ? "bools" : "someBools";
        code.invokestatic(LANES, load, counting(MASK, SPECIES, CD_long));
      } else {
        memory(outputs + input);
        MethodTypeDesc load = masked(element.vector, SPECIES, SEGMENT, CD_long, ORDER);
        code.invokestatic(element.vector, "fromMemorySegment", load);
      }
      return new Value(keep(), inputs[input].logical());
    }

    private Value apply(Expr.Apply call) {
      Value[] arguments = call.arguments().stream().map(this::value).toArray(Value[]::new);
      Primitive primitive = call.primitive();
      if (!VectorInstructions.isOperator(primitive, target.type())) {
        return function(primitive, arguments);
      }
      for (Value argument : arguments) {
        code.aload(argument.slot);
      }
      boolean logical = primitive.isLogical();
      if (primitive == Primitive.SELECT) {
        logical = arguments[1].logical;
        ClassDesc type = logical ? MASK : VECTOR;
        code.invokestatic(LANES, "select", MethodTypeDesc.of(type, MASK, type, type));
      } else if (arguments[0].logical) {
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
      return new Value(keep(), logical);
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
      MethodTypeDesc signature = MethodTypeDesc.of(element.vector);
      for (Value argument : arguments) {
        code.aload(argument.slot).checkcast(element.vector);
        signature = signature.insertParameterTypes(0, element.vector);
      }
      String name = primitive.name().toLowerCase(Locale.ROOT);
      if (!VectorInstructions.isFunction(primitive, target.type())) {
        ClassDesc type = desc(Primitive.class);
        code.getstatic(type, primitive.name(), type);
        signature = signature.insertParameterTypes(arguments.length, type);
        name = "each";
      }
      code.invokestatic(desc(VectorMath.class), name, signature);
      return new Value(keep(), false);
    }
  }
}
