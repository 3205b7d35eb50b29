package dev.tapedeck.ops.kernels.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/** An emitter of the class that computes an expression of floating point numbers one by one. */
final class ElementEmitter {
  private static final String VALUE = "value";
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_int, CD_Object, CD_Object.arrayType());

  private final Expr body;
  private final DType type;
  private final int inputs;
  private final ClassDesc number;
  private final TypeKind kind;
  private final MethodTypeDesc signature;
  private final Map<Expr, Value> values = new IdentityHashMap<>();

  private ElementEmitter(Expr body, DType type, int inputs) {
    this.body = body;
    this.type = type;
    this.inputs = inputs;
    this.number = type == DType.FLOAT32 ? CD_float : CD_double;
    this.kind = TypeKind.from(number);
    this.signature = MethodTypeDesc.of(number, Collections.nCopies(inputs, number));
  }

  /** Compiles an expression that {@link VectorInstructions#has}. */
  static ElementLoop compile(Expr body, DType type, int inputs) {
    ElementEmitter emitter = new ElementEmitter(body, type, inputs);
    byte[] bytes =
        ClassFile.of()
            .build(
                LoopCompiler.GENERATED,
                generated ->
                    generated
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(LoopFrame.desc(ElementLoop.class))
                        .withMethodBody(INIT_NAME, MTD_void, 0, ElementEmitter::constructor)
                        .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, emitter::loop)
                        .withMethodBody(
                            VALUE,
                            emitter.signature,
                            ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE,
                            emitter::value));
    try {
      MethodHandles.Lookup defined = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodType constructor = MethodType.methodType(void.class);
      return (ElementLoop) defined.findConstructor(defined.lookupClass(), constructor).invoke();
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw e; // not an error in the loop
    } catch (Throwable e) {
      throw new IllegalStateException("a generated loop is not valid", e);
    }
  }

  private static void constructor(CodeBuilder code) {
    code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_();
  }

  /** Emits the loop; its body is a method of its own, which HotSpot compiles soon. */
  private void loop(CodeBuilder code) {
    int index = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(index);
    Label end = code.newLabel();
    Label start = code.newBoundLabel();
    code.iload(index).iload(1).if_icmpge(end);
    code.aload(2).checkcast(number.arrayType()).iload(index);
    for (int i = 0; i < inputs; i++) {
      code.aload(3).loadConstant(i).aaload().checkcast(number.arrayType());
      code.iload(index).arrayLoad(kind);
    }
    code.invokestatic(LoopCompiler.GENERATED, VALUE, signature).arrayStore(kind);
    code.iinc(index, 1).goto_(start);
    code.labelBinding(end).return_();
  }

  private void value(CodeBuilder code) {
    ScalarArithmetic arithmetic = new ScalarArithmetic(code, type);
    code.loadLocal(kind, value(code, arithmetic, body).slot()).return_(kind);
  }

  private Value value(CodeBuilder code, ScalarArithmetic arithmetic, Expr node) {
    Value known = values.get(node);
    if (known == null) {
      known =
          switch (node) {
            case Expr.Constant(double constant) -> arithmetic.constant(constant);
            case Expr.Input(int index) -> new Value(code.parameterSlot(index), false);
            case Expr.Apply call ->
                apply(
                    code,
                    arithmetic,
                    call.primitive(),
                    call.arguments().stream()
                        .map(argument -> value(code, arithmetic, argument))
                        .toArray(Value[]::new));
          };
      values.put(node, known);
    }
    return known;
  }

  private Value apply(
      CodeBuilder code, ScalarArithmetic arithmetic, Primitive primitive, Value... arguments) {
    if (VectorInstructions.isOperator(primitive, type)) {
      return arithmetic.operator(primitive, arguments);
    }
    if (!Functions.has(primitive)) {
      return arithmetic.each(primitive, arguments);
    }
    if (type == DType.FLOAT64 || Functions.hasFloat32(primitive)) {
      return Functions.of(primitive, arithmetic, arguments);
    }
    ScalarArithmetic wide = new ScalarArithmetic(code, DType.FLOAT64);
    Value[] widened = new Value[arguments.length];
    for (int i = 0; i < widened.length; i++) {
      widened[i] = wide.widened(arguments[i]);
    }
    Value result = wide.narrowed(Functions.ofNarrow(primitive, wide, widened));
    return Functions.completed(primitive, arithmetic, result, arguments);
  }
}
