package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A formula of single elements, by Java's own functions: each primitive in double, and rounded to
 * the element type; of whole numbers in long, of which the type's bits are kept.
 */
record ScalarFormula(Formula formula, DType type) {
  /** Returns a double, or a long for whole numbers and bools. */
  Number of(Number... inputs) {
    return value(formula.body(), inputs, new IdentityHashMap<>());
  }

  private Number value(Expr node, Number[] inputs, Map<Expr, Number> known) {
    Number value = known.get(node);
    if (value == null) {
      value =
          switch (node) {
            case Expr.Input(int index) -> inputs[index];
            case Expr.Constant(double constant) ->
                type.isFloating() ? rounded(constant) : kept((long) constant);
            case Expr.Apply call ->
                apply(
                    call,
                    call.arguments().stream()
                        .map(argument -> value(argument, inputs, known))
                        .toArray(Number[]::new));
          };
      known.put(node, value);
    }
    return value;
  }

  private Number apply(Expr.Apply call, Number... x) {
    if (x.length == 3) {
      return x[0].longValue() != 0 ? x[1] : x[2];
    }
    if (x[0] instanceof Double) {
      double[] all = new double[x.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = x[i].doubleValue();
      }
      double value = call.primitive().of(all);
      return call.primitive().isLogical() ? (Number) (long) value : (Number) rounded(value);
    }
    long value =
        x.length == 1
            ? call.primitive().wholeUnary().applyAsLong(x[0].longValue())
            : call.primitive().wholeBinary().applyAsLong(x[0].longValue(), x[1].longValue());
    return kept(value);
  }

  private double rounded(double value) {
    return type == DType.FLOAT32 ? (float) value : value;
  }

  private long kept(long value) {
    return type == DType.INT32 ? (int) value : value;
  }
}
