package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;
import dev.tapedeck.tensor.DType;

/**
 * A number or bool of code that is being emitted; each method emits the operation it is named for.
 *
 * @param arithmetic the emitter
 * @param value the local variable
 */
record Term(Arithmetic arithmetic, Value value) {
  /** Returns whether numbers are of 32 bits. */
  boolean isFloat32() {
    return arithmetic.type() == DType.FLOAT32;
  }

  /** Returns a constant of this term's type. */
  Term of(double number) {
    return new Term(arithmetic, arithmetic.constant(number));
  }

  Term apply(Primitive primitive, Term... others) {
    Value[] arguments = new Value[1 + others.length];
    arguments[0] = value;
    for (int i = 0; i < others.length; i++) {
      arguments[i + 1] = others[i].value;
    }
    return new Term(arithmetic, arithmetic.operator(primitive, arguments));
  }

  private Term bits(String method, Value... arguments) {
    return new Term(arithmetic, arithmetic.bits(method, arguments));
  }

  Term plus(Term y) {
    return apply(Primitive.ADD, y);
  }

  Term plus(double y) {
    return plus(of(y));
  }

  Term minus(Term y) {
    return apply(Primitive.SUB, y);
  }

  Term minus(double y) {
    return minus(of(y));
  }

  Term times(Term y) {
    return apply(Primitive.MUL, y);
  }

  Term times(double y) {
    return times(of(y));
  }

  Term over(Term y) {
    return apply(Primitive.DIV, y);
  }

  /** Returns {@code this * y + z}, rounded once. */
  Term fma(Term y, Term z) {
    return new Term(arithmetic, arithmetic.fma(value, y.value, z.value));
  }

  Term fma(double y, Term z) {
    return fma(of(y), z);
  }

  Term fma(Term y, double z) {
    return fma(y, of(z));
  }

  Term fma(double y, double z) {
    return fma(of(y), of(z));
  }

  Term negate() {
    return apply(Primitive.NEG);
  }

  Term abs() {
    return apply(Primitive.ABS);
  }

  Term sqrt() {
    return apply(Primitive.SQRT);
  }

  /** Returns the smaller of this and a number; NaN stays. */
  Term min(double y) {
    return of(y).lt(this).select(y, this);
  }

  /** Returns the larger of this and a number; NaN stays. */
  Term max(double y) {
    return lt(y).select(y, this);
  }

  Term lt(Term y) {
    return apply(Primitive.LT, y);
  }

  Term lt(double y) {
    return lt(of(y));
  }

  Term le(Term y) {
    return apply(Primitive.LE, y);
  }

  Term le(double y) {
    return le(of(y));
  }

  Term eq(Term y) {
    return apply(Primitive.EQ, y);
  }

  Term eq(double y) {
    return eq(of(y));
  }

  Term and(Term y) {
    return apply(Primitive.AND, y);
  }

  Term or(Term y) {
    return apply(Primitive.OR, y);
  }

  Term not() {
    return apply(Primitive.NOT);
  }

  /** Returns one of two numbers, by this condition. */
  Term select(Term yes, Term no) {
    return apply(Primitive.SELECT, yes, no);
  }

  /** Returns a number where this condition is true, else another. */
  Term select(double yes, Term no) {
    return select(no.of(yes), no);
  }

  /** Returns {@code c[0] + c[1] * this + c[2] * this² + ..} by Horner's scheme. */
  Term polynomial(double... c) {
    Term sum = of(c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      sum = sum.fma(this, of(c[i]));
    }
    return sum;
  }

  /** Returns the number that, when added, rounds another to a whole number in the lowest bits. */
  double rounding() {
    return isFloat32() ? 0x1.8p23 : 0x1.8p52;
  }

  /** Returns the nearest whole number, halves to the even one, of a number below 2^22 (2^51). */
  Term rounded() {
    return plus(rounding()).minus(rounding());
  }

  /** Returns 2 to the power of this whole number, if that is a normal number. */
  Term power() {
    return bits("power", value);
  }

  /** Returns this times 2 to the power of a whole number; the result may be subnormal. */
  Term scaled(Term exponent) {
    // In two steps, so that no factor overflows before the product does, or is subnormal.
    Term half = exponent.fma(0.5, of(rounding())).minus(rounding());
    return times(half.power()).times(exponent.minus(half).power());
  }

  /** Returns the exponent of this positive normal number whose {@link #fraction} is near 1. */
  Term exponent() {
    return bits("exponent", value);
  }

  /** Returns this positive normal number divided by a power of two: from sqrt(1/2) to sqrt(2). */
  Term fraction() {
    return bits("fraction", value);
  }

  /** Returns this with the sign of another. */
  Term withSignOf(Term other) {
    return bits("withSign", value, other.value);
  }

  /** Returns whether a bit of the representation is set; 0 is the lowest. */
  Term isSet(int bit) {
    return bits("isSet" + bit, value);
  }

  /** Returns this result, replaced where a rare condition holds by a primitive's own function. */
  Term patched(Term special, Primitive primitive, Term... arguments) {
    Value[] values = new Value[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].value;
    }
    return new Term(arithmetic, arithmetic.patched(value, special.value, primitive, values));
  }
}
