package dev.tapedeck.savedmodel;

import dev.tapedeck.function.TracedFormula;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Functions for which TensorFlow has an op of its own, by the formulas that they have here. */
final class KnownFormulas {
  /** Writer of a node; it returns null if TensorFlow's op does not fit the call. */
  private interface Form {
    Value write(Emitter to, List<Value> in);
  }

  private record Known(Formula formula, Form form) {}

  private static final List<Known> ALL =
      List.of(
          known(1, x -> Activations.relu(x.get(0)), unary("Relu", "activations")),
          known(1, x -> Activations.relu6(x.get(0)), unary("Relu6", "activations")),
          known(1, x -> Activations.selu(x.get(0)), unary("Selu", "activations")),
          known(1, x -> Activations.softsign(x.get(0)), unary("Softsign", "activations")),
          known(1, x -> Maths.square(x.get(0)), unary("Square", "y")),
          known(1, x -> Maths.rsqrt(x.get(0)), unary("Rsqrt", "y")),
          known(
              2,
              x -> Maths.squaredDifference(x.get(0), x.get(1)),
              (to, in) -> to.binary("SquaredDifference", in.get(0), in.get(1))),
          known(2, x -> Activations.leakyRelu(x.get(0), x.get(1)), KnownFormulas::leakyRelu),
          known(2, x -> Activations.elu(x.get(0), x.get(1)), KnownFormulas::elu),
          known(1, x -> Activations.gelu(x.get(0)), KnownFormulas::gelu));

  private KnownFormulas() {}

  private static Known known(int arity, Function<List<Tensor>, Tensor> function, Form form) {
    return new Known(TracedFormula.of(arity, function), form);
  }

  private static Form unary(String op, String output) {
    return (to, in) -> to.unary(op, output, in.getFirst());
  }

  /** Writes the node; returns null if TensorFlow has no such op. */
  static Value write(Emitter to, Formula formula, List<Value> inputs) {
    for (Known known : ALL) {
      if (known.formula.computes(formula)) {
        return known.form.write(to, inputs);
      }
    }
    return null;
  }

  /** Returns the number of a constant scalar; null for any other value. */
  private static Double number(Emitter to, Value value) {
    EagerTensor constant = to.body().known(value);
    return constant == null || !constant.shape().isScalar() ? null : (Double) constant.item();
  }

  private static Value leakyRelu(Emitter to, List<Value> in) {
    Value x = in.get(0);
    Double slope = number(to, in.get(1));
    return slope == null
        ? null
        : to.node("LeakyRelu", x)
            .type("T", x.dtype())
            .real("alpha", slope)
            .output("activations", x.spec());
  }

  private static Value elu(Emitter to, List<Value> in) {
    Double alpha = number(to, in.get(1));
    return alpha == null || alpha != 1 ? null : to.unary("Elu", "activations", in.get(0));
  }

  /** Returns GELU as TensorFlow spells it, which its converters know. */
  private static Value gelu(Emitter to, List<Value> in) {
    Value x = in.getFirst();
    Value erf = to.unary("Erf", "y", to.mul(x, to.like(x, Math.sqrt(0.5))));
    return to.mul(to.mul(x, to.like(x, 0.5)), to.add(to.like(x, 1), erf));
  }
}
