package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.EagerTensor;
import java.util.List;

/** Formulas for which TensorFlow has an op of their own. */
final class KnownFormulas {
  private static final Formula RELU = Formula.of("relu", x -> x.max(0));
  private static final Formula RELU6 = Formula.of("relu6", x -> x.max(0).min(6));
  private static final Formula GELU =
      Formula.of(
          "gelu", x -> x.times(0.5).times(Expr.apply(Primitive.ERFC, x.times(-Math.sqrt(0.5)))));
  private static final Formula SOFTSIGN = Formula.of("softsign", x -> x.over(x.abs().plus(1)));
  private static final Formula SQUARE = Formula.of("square", x -> x.square());
  private static final Formula RSQRT = Formula.of("rsqrt", x -> Expr.of(1).over(x.sqrt()));
  private static final Formula SQUARED_DIFFERENCE =
      Formula.of("squaredDifference", (x, y) -> x.minus(y).square());
  private static final Formula LEAKY_RELU =
      Formula.of("leakyRelu", (x, slope) -> Expr.of(0).lt(x).select(x, x.times(slope)));
  private static final Formula ELU =
      Formula.of("elu", (x, alpha) -> x.le(0).select(x.min(0).expm1().times(alpha), x));
  private static final Formula SELU =
      Formula.of(
          "selu",
          x ->
              x.lt(0)
                  .select(
                      x.min(0).expm1().times(1.0507009873554805 * 1.6732632423543772),
                      x.times(1.0507009873554805)));

  private KnownFormulas() {}

  /** Writes the node; returns null if TensorFlow has no such op. */
  static Value write(Emitter to, Formula formula, List<Value> inputs) {
    Value x = inputs.getFirst();
    if (formula.computes(RELU)) {
      return to.unary("Relu", "activations", x);
    } else if (formula.computes(RELU6)) {
      return to.unary("Relu6", "activations", x);
    } else if (formula.computes(SELU)) {
      return to.unary("Selu", "activations", x);
    } else if (formula.computes(GELU)) {
      return gelu(to, x);
    } else if (formula.computes(SOFTSIGN)) {
      return to.unary("Softsign", "activations", x);
    } else if (formula.computes(SQUARE)) {
      return to.unary("Square", "y", x);
    } else if (formula.computes(RSQRT)) {
      return to.unary("Rsqrt", "y", x);
    } else if (formula.computes(SQUARED_DIFFERENCE)) {
      return to.binary("SquaredDifference", x, inputs.get(1));
    }
    EagerTensor second = inputs.size() == 2 ? to.body().known(inputs.get(1)) : null;
    if (second == null || !second.shape().isScalar()) {
      return null;
    } else if (formula.computes(LEAKY_RELU)) {
      return to.node("LeakyRelu", x)
          .type("T", x.dtype())
          .real("alpha", second.item())
          .output("activations", x.spec());
    }
    return formula.computes(ELU) && second.item() == 1 ? to.unary("Elu", "activations", x) : null;
  }

  /** Returns GELU as TensorFlow spells it, which its converters know. */
  private static Value gelu(Emitter to, Value x) {
    Value erf = to.unary("Erf", "y", to.mul(x, to.like(x, Math.sqrt(0.5))));
    return to.mul(to.mul(x, to.like(x, 0.5)), to.add(to.like(x, 1), erf));
  }
}
