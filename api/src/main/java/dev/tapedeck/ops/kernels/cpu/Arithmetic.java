package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;

/**
 * An emitter of arithmetic on numbers of one floating point type, vectors or single elements.
 *
 * <p>Both give the same bits: each operation has one exactly defined result.
 */
interface Arithmetic {
  /** The element type. */
  DType type();

  /** Returns a constant, rounded to the type. */
  Value constant(double number);

  /** Returns the result of a primitive that {@link VectorInstructions#isOperator}. */
  Value operator(Primitive primitive, Value... arguments);

  /** Returns {@code x * y + z}, rounded once. */
  Value fma(Value x, Value y, Value z);

  /** Returns the result of a method of {@link FloatBits}, a bool if it is named {@code is..}. */
  Value bits(String method, Value... arguments);

  /**
   * Returns a result with some elements replaced by those of a primitive's own function.
   *
   * @param special a bool, where to replace; rarely true
   */
  Value patched(Value result, Value special, Primitive primitive, Value... arguments);
}
