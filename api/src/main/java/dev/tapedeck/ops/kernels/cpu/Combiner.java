package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;

/** The binary operation of a reduction. */
enum Combiner {
  ADD(Primitive.ADD),
  MUL(Primitive.MUL),
  MAX(Primitive.MAX),
  MIN(Primitive.MIN);

  private final Primitive primitive;

  Combiner(Primitive primitive) {
    this.primitive = primitive;
  }

  static Combiner of(Reduction reduction) {
    return switch (reduction) {
      case SUM, MEAN -> ADD;
      case PROD -> MUL;
      case MAX -> MAX;
      case MIN -> MIN;
    };
  }

  Primitive primitive() {
    return primitive;
  }

  /** Returns the identity element of the operation. */
  double identity(DType type) {
    boolean wide = type == DType.INT64;
    return switch (this) {
      case ADD -> 0;
      case MUL -> 1;
      case MAX ->
          type.isFloating() ? Double.NEGATIVE_INFINITY : wide ? Long.MIN_VALUE : Integer.MIN_VALUE;
      case MIN ->
          type.isFloating() ? Double.POSITIVE_INFINITY : wide ? Long.MAX_VALUE : Integer.MAX_VALUE;
    };
  }
}
