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
 * Compiles an expression into a class that computes it with vector instructions.
 *
 * <p>For each row, a loop over whole vectors, and one vector with a mask for the rest; what is the
 * same for a whole row is loaded before it. A logical value is a mask, and a byte in memory.
 *
 * <p>With a reduction, the values of a row are brought together, and with the element that is in
 * the output. Which ones meet first depends on the length of the row alone, so that the same
 * numbers give the same sum.
 */
final class LoopCompiler {
  static final ClassDesc GENERATED =
      ClassDesc.of(LoopCompiler.class.getPackageName(), "GeneratedLoops");

  static final String RUN = "run";
  static final String REST = "rest";

  private LoopCompiler() {}

  /**
   * What a loop computes.
   *
   * @param bodies expressions that {@link VectorInstructions#has}, one for each output
   * @param type the element type of all numbers
   * @param logical whether the result is a bool
   * @param merge how a row's values are brought together; null if they are not
   * @param total in which element type they are, and the output is: float64 for sums of float32
   */
  record Target(List<Expr> bodies, DType type, boolean logical, Combiner merge, DType total) {}

  /**
   * How an input is read.
   *
   * @param logical whether it holds bools
   * @param repeated whether one element serves for a row
   */
  record Operand(boolean logical, boolean repeated) {}

  /** Returns the parameters of the method for a row's rest: where it begins and ends, addresses. */
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
                        .withInterfaceSymbols(LoopEmitter.desc(RowLoop.class))
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
      throw e; // the loop is not to blame
    } catch (Throwable e) {
      throw new IllegalStateException("a generated loop is not valid", e);
    }
  }
}
