package dev.tapedeck.ops.expr;

import dev.tapedeck.tensor.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A scalar expression over the inputs of a {@link Formula}: an input, a constant, or a primitive of
 * expressions.
 *
 * <p>The methods build expressions and simplify them: {@code x * 1} is {@code x}, {@code 2 * 3} is
 * 6.
 */
public sealed interface Expr {
  /** An input of the formula. */
  record Input(int index) implements Expr {}

  /** A constant; it takes the type of the other operands. */
  record Constant(double value) implements Expr {}

  /** A primitive applied to expressions. */
  record Apply(Primitive primitive, List<Expr> arguments) implements Expr {
    /** Checks that there are as many arguments as the primitive takes. */
    public Apply {
      arguments = List.copyOf(arguments);
      if (arguments.size() != primitive.arity()) {
        throw Refusal.of(
            "formula",
            primitive + " takes " + primitive.arity() + " arguments",
            arguments.size(),
            "give it that many");
      }
    }

    /** Returns an argument. */
    public Expr argument(int index) {
      return arguments.get(index);
    }
  }

  /** Returns a constant. */
  static Expr of(double value) {
    return new Constant(value);
  }

  /** Returns a primitive applied to expressions, or its value if all are constants. */
  static Expr apply(Primitive primitive, Expr... arguments) {
    double[] values = new double[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      if (!(arguments[i] instanceof Constant constant) || primitive.isLogical()) {
        return new Apply(primitive, List.of(arguments));
      }
      values[i] = constant.value();
    }
    return of(primitive.of(values));
  }

  /** Returns the nodes of this expression, each before its arguments, shared ones once. */
  default List<Expr> nodes() {
    Deque<Expr> order = new ArrayDeque<>();
    visit(new IdentityHashMap<>(), order);
    return List.copyOf(order);
  }

  private void visit(Map<Expr, Boolean> seen, Deque<Expr> order) {
    if (seen.put(this, true) == null) {
      if (this instanceof Apply call) {
        call.arguments().forEach(argument -> argument.visit(seen, order));
      }
      order.push(this);
    }
  }

  /**
   * Returns this expression with nodes replaced, shared ones by a shared one.
   *
   * @param replacement gives the replacement of a node; null to keep it and replace its arguments
   */
  default Expr replace(UnaryOperator<Expr> replacement) {
    return replace(replacement, new IdentityHashMap<>());
  }

  private Expr replace(UnaryOperator<Expr> replacement, Map<Expr, Expr> done) {
    Expr replaced = done.get(this);
    if (replaced == null) {
      replaced = replacement.apply(this);
      if (replaced == null) {
        replaced =
            this instanceof Apply call
                ? new Apply(
                    call.primitive(),
                    call.arguments().stream().map(a -> a.replace(replacement, done)).toList())
                : this;
      }
      done.put(this, replaced);
    }
    return replaced;
  }

  /** Returns this expression with each input replaced by the expression at its index. */
  default Expr withInputs(Expr... arguments) {
    return replace(node -> node instanceof Input input ? arguments[input.index()] : null);
  }

  private boolean is(double value) {
    return this instanceof Constant constant && constant.value() == value;
  }

  /** Returns the sum. */
  default Expr plus(Expr y) {
    return is(0) ? y : y.is(0) ? this : apply(Primitive.ADD, this, y);
  }

  /** Returns the sum. */
  default Expr plus(double y) {
    return plus(of(y));
  }

  /** Returns the difference. */
  default Expr minus(Expr y) {
    return y.is(0) ? this : apply(Primitive.SUB, this, y);
  }

  /** Returns the difference. */
  default Expr minus(double y) {
    return minus(of(y));
  }

  /** Returns the product. */
  default Expr times(Expr y) {
    return is(1) ? y : y.is(1) ? this : apply(Primitive.MUL, this, y);
  }

  /** Returns the product. */
  default Expr times(double y) {
    return times(of(y));
  }

  /** Returns the quotient. */
  default Expr over(Expr y) {
    return y.is(1) ? this : apply(Primitive.DIV, this, y);
  }

  /** Returns the quotient. */
  default Expr over(double y) {
    return over(of(y));
  }

  /** Returns the product; 0 where this is 0, whatever the other factor. */
  default Expr xmuly(Expr y) {
    return is(1) ? y : y.isFinite() ? times(y) : apply(Primitive.XMULY, this, y);
  }

  /** Returns the product; 0 where either factor is 0, whatever the other. */
  default Expr mulNoNan(Expr y) {
    return apply(Primitive.MUL_NO_NAN, this, y);
  }

  /** Returns the quotient; 0 where this is 0, whatever the divisor. */
  default Expr xdivy(Expr y) {
    return y.isFinite() && !y.is(0) ? over(y) : apply(Primitive.XDIVY, this, y);
  }

  private boolean isFinite() {
    return this instanceof Constant constant && Double.isFinite(constant.value());
  }

  /** Returns the negative. */
  default Expr negate() {
    return this instanceof Apply a && a.primitive() == Primitive.NEG
        ? a.argument(0)
        : apply(Primitive.NEG, this);
  }

  /** Returns the power. */
  default Expr pow(Expr y) {
    return y.is(1) ? this : apply(Primitive.POW, this, y);
  }

  /** Returns the square. */
  default Expr square() {
    return times(this);
  }

  /** Returns the larger. */
  default Expr max(Expr y) {
    return apply(Primitive.MAX, this, y);
  }

  /** Returns the larger. */
  default Expr max(double y) {
    return max(of(y));
  }

  /** Returns the smaller. */
  default Expr min(Expr y) {
    return apply(Primitive.MIN, this, y);
  }

  /** Returns the smaller. */
  default Expr min(double y) {
    return min(of(y));
  }

  /** Returns the absolute value. */
  default Expr abs() {
    return apply(Primitive.ABS, this);
  }

  /** Returns -1, 0 or 1. */
  default Expr sign() {
    return apply(Primitive.SIGN, this);
  }

  /** Returns e to the power of this. */
  default Expr exp() {
    return apply(Primitive.EXP, this);
  }

  /** Returns e to the power of this, less 1: exact near 0. */
  default Expr expm1() {
    return apply(Primitive.EXPM1, this);
  }

  /** Returns the natural logarithm. */
  default Expr log() {
    return apply(Primitive.LOG, this);
  }

  /** Returns the logarithm of 1 plus this, exact near 0. */
  default Expr log1p() {
    return apply(Primitive.LOG1P, this);
  }

  /** Returns the square root. */
  default Expr sqrt() {
    return apply(Primitive.SQRT, this);
  }

  /** Returns the hyperbolic tangent. */
  default Expr tanh() {
    return apply(Primitive.TANH, this);
  }

  /** Returns {@code 1 / (1 + exp(-this))}. */
  default Expr sigmoid() {
    return apply(Primitive.SIGMOID, this);
  }

  /** Returns {@code log(1 + exp(this))}, without overflow. */
  default Expr softplus() {
    return apply(Primitive.SOFTPLUS, this);
  }

  /** Returns whether this is equal to a number. */
  default Expr eq(double y) {
    return apply(Primitive.EQ, this, of(y));
  }

  /** Returns whether this is less than another. */
  default Expr lt(Expr y) {
    return apply(Primitive.LT, this, y);
  }

  /** Returns whether this is less than a number. */
  default Expr lt(double y) {
    return lt(of(y));
  }

  /** Returns whether this is less than or equal to another. */
  default Expr le(Expr y) {
    return apply(Primitive.LE, this, y);
  }

  /** Returns whether this is less than or equal to a number. */
  default Expr le(double y) {
    return le(of(y));
  }

  /** Returns one of two values, by this condition. */
  default Expr select(Expr yes, Expr no) {
    return apply(Primitive.SELECT, this, yes, no);
  }
}
