package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import java.util.stream.Stream;

/** The names in the Vector API of the primitives' vector instructions. */
final class VectorInstructions {
  /**
   * The limit of a formula's size, since HotSpot only interprets methods of more than 8,000 bytes.
   */
  private static final int MOST_NODES = 200;

  /** The limit of its functions' instructions: a method has at most 65,535 bytes. */
  private static final int MOST_INSTRUCTIONS = 1200;

  private VectorInstructions() {}

  /** Returns whether an expression of numbers of a type can be compiled. */
  static boolean has(Expr body, DType type) {
    return calls(body).allMatch(call -> has(call.primitive(), type))
        && size(body) <= MOST_NODES
        && instructions(body) <= MOST_INSTRUCTIONS;
  }

  /** Returns the number of primitives in an expression, shared ones counted once. */
  static long size(Expr body) {
    return calls(body).count();
  }

  /** Returns about how many instructions an expression has. */
  static long instructions(Expr body) {
    return calls(body).mapToLong(call -> Functions.instructions(call.primitive())).sum();
  }

  /** Returns whether an expression has {@link Functions}. */
  static boolean hasFunctions(Expr body) {
    return calls(body).anyMatch(call -> Functions.has(call.primitive()));
  }

  private static Stream<Expr.Apply> calls(Expr body) {
    return body.nodes().stream().filter(Expr.Apply.class::isInstance).map(Expr.Apply.class::cast);
  }

  private static boolean has(Primitive primitive, DType type) {
    return isOperator(primitive, type)
        || (type.isFloating() && (primitive.unary() != null || primitive.binary() != null));
  }

  /**
   * Returns whether the primitive has a vector instruction with the same result on all processors.
   */
  static boolean isOperator(Primitive primitive, DType type) {
    return switch (primitive) {
      case ADD, SUB, MUL, MAX, MIN, NEG, ABS, SELECT -> true;
      case LT, LE, EQ, NE, AND, OR, XOR, NOT -> true;
      case BIT_AND, BIT_OR, BIT_XOR, BIT_NOT -> type.isInteger();
      case DIV, SQRT -> type.isFloating();
      default -> false;
    };
  }

  /** Returns the name of the primitive's vector operator. */
  static String operator(Primitive primitive) {
    return switch (primitive) {
      case BIT_AND -> "AND";
      case BIT_OR -> "OR";
      case BIT_XOR -> "XOR";
      case BIT_NOT -> "NOT";
      default -> primitive.name();
    };
  }

  /** Returns the name of the method on masks; equality is {@code xor}, negated. */
  static String ofMasks(Primitive primitive) {
    return switch (primitive) {
      case EQ, NE, XOR -> "xor";
      case AND -> "and";
      case OR -> "or";
      case NOT -> "not";
      default -> throw new IllegalStateException("formula: " + primitive + " of bools");
    };
  }

  /** Returns whether the Vector API declares the operator as an associative one. */
  static boolean isAssociative(Primitive primitive) {
    return switch (primitive) {
      case ADD, MUL, MAX, MIN, BIT_AND, BIT_OR, BIT_XOR -> true;
      default -> false;
    };
  }
}
