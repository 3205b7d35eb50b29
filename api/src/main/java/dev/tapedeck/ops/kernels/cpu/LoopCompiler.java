package dev.tapedeck.ops.kernels.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;

/**
 * A compiler of expressions into classes that compute them with vector instructions.
 *
 * <p>Each row has a loop over whole vectors, and one masked vector for the rest; an element that
 * repeats along the row is loaded before. A logical value is a mask, and a byte in memory.
 *
 * <p>A reduction combines the values of a row with each other and with the output's element. The
 * order depends on the length of the row alone, so that the same numbers give the same sum.
 */
final class LoopCompiler {
  static final ClassDesc GENERATED =
      ClassDesc.of(LoopCompiler.class.getPackageName(), "GeneratedLoops");

  static final String RUN = "run";
  static final String REST = "rest";

  private LoopCompiler() {}

  /**
   * The computation of a loop.
   *
   * @param bodies expressions that {@link VectorInstructions#has}, one for each output
   * @param type the element type of all numbers
   * @param logical whether the result is a bool
   * @param merge the reduction of a row's values; null for none
   * @param total the element type of the reduction and the output: float64 for sums of float32
   */
  record Target(List<Expr> bodies, DType type, boolean logical, Combiner merge, DType total) {}

  /**
   * The access to an input.
   *
   * @param logical whether it holds bools
   * @param repeated whether one element repeats along a row
   */
  record Operand(boolean logical, boolean repeated) {}

  /**
   * Returns the type of the method for a row's rest; its parameters are start, end and addresses.
   */
  static MethodTypeDesc restOf(int operands) {
    ClassDesc[] parameters = new ClassDesc[2 + operands];
    Arrays.fill(parameters, 0, 2, CD_int);
    Arrays.fill(parameters, 2, parameters.length, CD_long);
    return MethodTypeDesc.of(CD_void, parameters);
  }

  static RowLoop compile(Target target, Operand... inputs) {
    MethodTypeDesc run = MethodTypeDesc.of(CD_void, CD_long.arrayType());
    MethodTypeDesc rest = restOf(target.bodies.size() + inputs.length);
    int internal = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;
    byte[] bytes =
        ClassFile.of()
            .build(
                GENERATED,
                generated ->
                    generated
                        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                        .withInterfaceSymbols(LoopFrame.desc(RowLoop.class))
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody(
                            RUN,
                            run,
                            ClassFile.ACC_PUBLIC,
                            code -> new LoopEmitter(target, inputs, code).run())
                        .withMethodBody(
                            REST,
                            rest,
                            internal,
                            code -> new LoopEmitter(target, inputs, code).rest()));
    try {
      MethodHandles.Lookup defined = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodType constructor = MethodType.methodType(void.class);
      return (RowLoop) defined.findConstructor(defined.lookupClass(), constructor).invoke();
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw e; // not an error in the loop
    } catch (Throwable e) {
      throw new IllegalStateException("a generated loop is not valid", e);
    }
  }
}
