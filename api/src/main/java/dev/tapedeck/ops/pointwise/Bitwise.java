package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.Tensor;

/** Bitwise ops on whole numbers of one type; operands broadcast. */
public final class Bitwise {
  private static final Pointwise AND = bitwise("bitwiseAnd", Primitive.BIT_AND);
  private static final Pointwise OR = bitwise("bitwiseOr", Primitive.BIT_OR);
  private static final Pointwise XOR = bitwise("bitwiseXor", Primitive.BIT_XOR);
  private static final Pointwise NOT = bitwise("bitwiseNot", Primitive.BIT_NOT);
  private static final Pointwise LEFT_SHIFT = bitwise("leftShift", Primitive.SHIFT_LEFT);
  private static final Pointwise RIGHT_SHIFT = bitwise("rightShift", Primitive.SHIFT_RIGHT);

  private Bitwise() {}

  private static Pointwise bitwise(String name, Primitive primitive) {
    return new Pointwise(Pointwise.Types.BITWISE, Formula.of(name, primitive));
  }

  /** Returns the bits that are set in both. */
  public static Tensor bitwiseAnd(Object x, Object y) {
    return AND.of(x, y);
  }

  /** Returns the bits that are set in at least one. */
  public static Tensor bitwiseOr(Object x, Object y) {
    return OR.of(x, y);
  }

  /** Returns the bits that are set in exactly one. */
  public static Tensor bitwiseXor(Object x, Object y) {
    return XOR.of(x, y);
  }

  /** Returns every bit inverted: {@code -x - 1} of signed numbers. */
  public static Tensor bitwiseNot(Object x) {
    return NOT.of(x);
  }

  /**
   * Returns {@code x} shifted left by a number of bits; 0 once all bits are shifted out.
   *
   * @throws IllegalArgumentException if the number of bits is negative
   */
  public static Tensor leftShift(Object x, Object bits) {
    return LEFT_SHIFT.of(x, bits);
  }

  /**
   * Returns {@code x} shifted right by a number of bits, {@code floor(x / 2^bits)}; once all bits
   * are shifted out, -1 for a negative number, else 0.
   *
   * @throws IllegalArgumentException if the number of bits is negative
   */
  public static Tensor rightShift(Object x, Object bits) {
    return RIGHT_SHIFT.of(x, bits);
  }
}
