package dev.tapedeck.ops.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.tapedeck.ops.Expr;
import dev.tapedeck.ops.Primitive;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
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
import jdk.incubator.vector.VectorSpecies;

/**
 * Compiles an expression into a class that computes it with vector instructions.
 *
 * <p>For each row, a loop over whole vectors, and one vector with a mask for the rest; what is the
 * same for a whole row is loaded before it. A logical value is a mask, and a byte in memory.
 */
final class LoopCompiler {
  private static final ClassDesc LANES = desc(Lanes.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);

  private final Expr body;
  private final Element element;
  private final boolean logical;
  private final Operand[] inputs;
  private final CodeBuilder code;

  /** The local variables of addresses, of the distance of rows, and of values. */
  private final int[] at;

  private final int[] next;
  private final Map<Expr, Integer> hoisted = new IdentityHashMap<>();
  private final Value[] repeated;
  private int index;
  private int count;

  /**
   * How an input is read.
   *
   * @param logical whether it holds bools
   * @param repeated whether one element serves for a row
   */
  record Operand(boolean logical, boolean repeated) {}

  /** A value in a local variable. */
  private record Value(int slot, boolean logical) {}

  /** What the element type of numbers means for the code. */
  private record Element(ClassDesc vector, ClassDesc type, String species, String load, int size) {
    static Element of(DType dtype) {
      return switch (dtype) {
        case FLOAT32 -> of(FloatVector.class, CD_float, "FLOAT32", "floats", 2);
        case FLOAT64 -> of(DoubleVector.class, CD_double, "FLOAT64", "doubles", 3);
        case INT32 -> of(IntVector.class, CD_int, "INT32", "ints", 2);
        case INT64 -> of(LongVector.class, CD_long, "INT64", "longs", 3);
        default -> throw new IllegalArgumentException("no lanes of " + dtype);
      };
    }

    private static Element of(
        Class<?> vector, ClassDesc type, String species, String load, int size) {
      return new Element(desc(vector), type, species, load, size);
    }
  }

  private LoopCompiler(Expr body, DType type, boolean logical, Operand[] inputs, CodeBuilder code) {
    this.body = body;
    this.element = Element.of(type);
    this.logical = logical;
    this.inputs = inputs;
    this.code = code;
    this.at = new int[inputs.length + 1];
    this.next = new int[inputs.length + 1];
    this.repeated = new Value[inputs.length];
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /**
   * Compiles an expression whose primitives have all passed {@link VectorCode#has}.
   *
   * @param type the element type of all numbers
   * @param logical whether the result is a bool
   */
  static Loop compile(Expr body, DType type, boolean logical, Operand... inputs) {
    int lanes = Lanes.species(type).length();
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(LoopCompiler.class.getPackageName(), "Generated"),
                generated ->
                    generated
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(desc(Loop.class))
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody(
                            "run",
                            MethodTypeDesc.of(CD_void, CD_long.arrayType()),
                            ClassFile.ACC_PUBLIC,
                            code ->
                                new LoopCompiler(body, type, logical, inputs, code).emit(lanes)));
    try {
      MethodHandles.Lookup defined = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Loop)
          defined
              .findConstructor(
                  defined.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
              .invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("a generated loop is not valid", e);
    }
  }

  private void emit(int lanes) {
    int rows = load(0);
    int elements = load(1);
    count = code.allocateLocal(TypeKind.INT);
    code.lload(elements).l2i().istore(count);
    for (int i = 0; i < at.length; i++) {
      at[i] = load(Loop.OPERANDS + 2 * i);
      next[i] = load(Loop.OPERANDS + 2 * i + 1);
    }
    hoistConstants(body);
    index = code.allocateLocal(TypeKind.INT);

    Label row = code.newBoundLabel();
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].repeated) {
        repeated[i] = loadRepeated(i);
      }
    }
    Label tail = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(index);
    Label vector = code.newBoundLabel();
    code.iload(index).iload(count).loadConstant(lanes).isub().if_icmpgt(tail);
    new Lanewise(-1).emit();
    code.iinc(index, lanes).goto_(vector);
    code.labelBinding(tail);
    code.iload(index).iload(count).if_icmpge(end);
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    species();
    code.iload(index).iload(count);
    code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    code.astore(mask);
    new Lanewise(mask).emit();
    code.labelBinding(end);

    for (int i = 0; i < at.length; i++) {
      code.lload(at[i]).lload(next[i]).ladd().lstore(at[i]);
    }
    code.lload(rows).lconst_1().lsub().lstore(rows);
    code.lload(rows).lconst_0().lcmp().ifgt(row);
    code.return_();
  }

  private int load(int entry) {
    int slot = code.allocateLocal(TypeKind.LONG);
    code.aload(1).loadConstant(entry).laload().lstore(slot);
    return slot;
  }

  private void species() {
    code.getstatic(LANES, element.species, SPECIES);
  }

  private void hoistConstants(Expr node) {
    switch (node) {
      case Expr.Constant constant -> {
        if (!hoisted.containsKey(constant)) {
          species();
          push(constant.value());
          code.invokestatic(
              element.vector,
              "broadcast",
              MethodTypeDesc.of(element.vector, SPECIES, element.type));
          hoisted.put(constant, store());
        }
      }
      case Expr.Apply call when !hoisted.containsKey(call) -> {
        hoisted.put(call, -1); // seen
        call.arguments().forEach(this::hoistConstants);
      }
      case Expr.Apply _, Expr.Input _ -> {}
    }
  }

  private void push(double value) {
    switch (element.type.descriptorString()) {
      case "F" -> code.loadConstant((float) value);
      case "D" -> code.loadConstant(value);
      case "I" -> code.loadConstant((int) value);
      default -> code.loadConstant((long) value);
    }
  }

  private int store() {
    int slot = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(slot);
    return slot;
  }

  private Value loadRepeated(int input) {
    if (inputs[input].logical) {
      species();
      code.lload(at[input + 1]);
      code.invokestatic(LANES, "bool", MethodTypeDesc.of(MASK, SPECIES, CD_long));
    } else {
      code.lload(at[input + 1]);
      code.invokestatic(LANES, element.load, MethodTypeDesc.of(element.vector, CD_long));
    }
    return new Value(store(), inputs[input].logical);
  }

  /** The code for one vector. */
  private final class Lanewise {
    /** The local variable of the mask, or -1 for whole vectors. */
    private final int mask;

    private final Map<Expr, Value> values = new IdentityHashMap<>();
    private final Value[] loaded = repeated.clone();

    Lanewise(int mask) {
      this.mask = mask;
    }

    void emit() {
      Value result = value(body);
      if (result.logical != logical) {
        throw new IllegalStateException("formula: numbers and bools mixed");
      }
      code.aload(result.slot);
      if (logical) {
        address(0, 0);
        count();
        String store = mask < 0 ? "storeBools" : "storeSomeBools";
        code.invokestatic(LANES, store, counting(CD_void, MASK, CD_long));
        return;
      }
      memory(0);
      code.invokevirtual(VECTOR, "intoMemorySegment", masked(CD_void, SEGMENT, CD_long, ORDER));
    }

    private void address(int operand, int size) {
      code.lload(at[operand]).iload(index).i2l();
      if (size > 0) {
        code.loadConstant(size).lshl();
      }
      code.ladd();
    }

    private void memory(int operand) {
      code.getstatic(LANES, "ALL", SEGMENT);
      address(operand, element.size);
      code.getstatic(LANES, "ORDER", ORDER);
      if (mask >= 0) {
        code.aload(mask);
      }
    }

    private MethodTypeDesc masked(ClassDesc result, ClassDesc... parameters) {
      MethodTypeDesc all = MethodTypeDesc.of(result, parameters);
      return mask < 0 ? all : all.insertParameterTypes(parameters.length, MASK);
    }

    private void count() {
      if (mask >= 0) {
        code.iload(count).iload(index).isub();
      }
    }

    private MethodTypeDesc counting(ClassDesc result, ClassDesc... parameters) {
      MethodTypeDesc all = MethodTypeDesc.of(result, parameters);
      return mask < 0 ? all : all.insertParameterTypes(parameters.length, CD_int);
    }

    private Value value(Expr node) {
      return switch (node) {
        case Expr.Constant constant -> new Value(hoisted.get(constant), false);
        case Expr.Input(int input) -> {
          if (loaded[input] == null) {
            loaded[input] = input(input);
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

    private Value input(int input) {
      species();
      if (inputs[input].logical) {
        address(input + 1, 0);
        count();
        String load = mask < 0 ? "bools" : "someBools";
        code.invokestatic(LANES, load, counting(MASK, SPECIES, CD_long));
      } else {
        memory(input + 1);
        code.invokestatic(
            element.vector,
            "fromMemorySegment",
            masked(element.vector, SPECIES, SEGMENT, CD_long, ORDER));
      }
      return new Value(store(), inputs[input].logical);
    }

    private Value apply(Expr.Apply call) {
      Value[] arguments = call.arguments().stream().map(this::value).toArray(Value[]::new);
      Value x = arguments[0];
      for (Value argument : arguments) {
        code.aload(argument.slot);
      }
      Primitive primitive = call.primitive();
      if (primitive == Primitive.SELECT) {
        ClassDesc type = arguments[1].logical ? MASK : VECTOR;
        code.invokestatic(LANES, "select", MethodTypeDesc.of(type, MASK, type, type));
        return new Value(store(), arguments[1].logical);
      }
      String operator = VectorCode.operator(primitive);
      if (x.logical) {
        MethodTypeDesc shape =
            arguments.length == 1 ? MethodTypeDesc.of(MASK) : MethodTypeDesc.of(MASK, MASK);
        code.invokevirtual(MASK, VectorCode.ofMasks(primitive), shape);
        if (primitive == Primitive.EQ) {
          code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
        }
      } else if (primitive.isLogical()) {
        code.getstatic(OPERATORS, operator, desc(VectorOperators.Comparison.class)).swap();
        MethodTypeDesc compare =
            MethodTypeDesc.of(MASK, desc(VectorOperators.Comparison.class), VECTOR);
        code.invokevirtual(VECTOR, "compare", compare);
      } else if (arguments.length == 1) {
        code.getstatic(OPERATORS, operator, desc(VectorOperators.Unary.class));
        MethodTypeDesc unary = MethodTypeDesc.of(VECTOR, desc(VectorOperators.Unary.class));
        code.invokevirtual(VECTOR, "lanewise", unary);
      } else {
        ClassDesc kind =
            desc(
                VectorCode.isAssociative(primitive)
                    ? VectorOperators.Associative.class
                    : VectorOperators.Binary.class);
        code.getstatic(OPERATORS, operator, kind).swap();
        MethodTypeDesc binary =
            MethodTypeDesc.of(VECTOR, desc(VectorOperators.Binary.class), VECTOR);
        code.invokevirtual(VECTOR, "lanewise", binary);
      }
      return new Value(store(), primitive.isLogical());
    }
  }
}
