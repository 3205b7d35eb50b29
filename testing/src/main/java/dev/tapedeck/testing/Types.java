package dev.tapedeck.testing;

import dev.tapedeck.tensor.DType;

/**
 * The element types that an op takes, and how it refuses the others: {@code softsign: needs a
 * floating point type, received int32; cast it first}.
 */
public enum Types {
  /** Floating ones. */
  FLOATING("a floating point type", "cast it first"),
  /** Those that LAPACK has. */
  WIDE_FLOATING("float32 or float64", "cast it first"),
  /** All but bool. */
  NUMERIC("a numeric type", "cast it first"),
  /** For operands that are truth values. */
  LOGICAL("bool", "cast it first"),
  /** For operands that are results of comparisons. */
  ANY_BOOL("bool", "compare it first"),
  /** Every one. */
  ANY("", "");

  private final String expected;
  private final String remedy;

  Types(String expected, String remedy) {
    this.expected = expected;
    this.remedy = remedy;
  }

  /** Returns whether an element type is among them. */
  public boolean accepts(DType dtype) {
    return switch (this) {
      case FLOATING -> dtype.isFloating();
      case WIDE_FLOATING -> dtype.isFloating() && dtype.bytes() >= 4;
      case NUMERIC -> dtype.isNumeric();
      case LOGICAL, ANY_BOOL -> dtype == DType.BOOL;
      case ANY -> true;
    };
  }

  /** Returns the message with which an op refuses an element type that is not among them. */
  String refusal(String op, DType dtype) {
    return op + ": needs " + expected + ", received " + dtype + "; " + remedy;
  }
}
