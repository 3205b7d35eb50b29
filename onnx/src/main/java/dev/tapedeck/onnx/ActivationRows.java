package dev.tapedeck.onnx;

import dev.tapedeck.function.TracedFormula;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The activations for which ONNX has an operator, known by their formulas. */
final class ActivationRows {
  /** Writes an activation; null if its parameters are not numbers. */
  @FunctionalInterface
  private interface Form {
    Value write(Emitter to, List<Value> in);
  }

  private record Known(Formula formula, Form form) {}

  private static final List<Known> ALL =
      List.of(
          known(1, x -> Activations.relu(x.get(0)), plain("Relu")),
          known(
              4,
              x -> Activations.relu(x.get(0), x.get(1), x.get(2), x.get(3)),
              ActivationRows::reluWith),
          known(1, x -> Activations.relu6(x.get(0)), clip(0, 6)),
          known(1, x -> Activations.hardTanh(x.get(0)), clip(-1, 1)),
          known(2, x -> Activations.leakyRelu(x.get(0), x.get(1)), ActivationRows::leaky),
          known(2, x -> Activations.elu(x.get(0), x.get(1)), withNumber("Elu", "alpha")),
          known(2, x -> Activations.celu(x.get(0), x.get(1)), withNumber("Celu", "alpha")),
          known(
              1,
              x -> Activations.selu(x.get(0)),
              with("Selu", Map.of("alpha", 1.6732632423543772, "gamma", 1.0507009873554805))),
          known(1, x -> Activations.mish(x.get(0)), plain("Mish")),
          known(1, x -> Activations.softsign(x.get(0)), plain("Softsign")),
          known(
              1,
              x -> Activations.hardSigmoid(x.get(0)),
              with("HardSigmoid", Map.of("alpha", 1. / 6, "beta", 0.5))),
          known(1, x -> Activations.hardSwish(x.get(0)), plain("HardSwish")),
          known(2, x -> Activations.hardShrink(x.get(0), x.get(1)), ActivationRows::hardShrink),
          known(2, x -> Activations.softShrink(x.get(0), x.get(1)), ActivationRows::softShrink),
          known(
              3,
              x -> Activations.threshold(x.get(0), x.get(1), x.get(2)),
              ActivationRows::threshold),
          known(1, x -> Activations.gelu(x.get(0)), ActivationRows::gelu));

  private ActivationRows() {}

  private static Known known(int arity, Function<List<Tensor>, Tensor> function, Form form) {
    return new Known(TracedFormula.of(arity, function), form);
  }

  /** Writes an activation; null if it is none of these. */
  static Value write(Emitter to, Formula formula, List<Value> in) {
    if (in.getFirst().dtype() != DType.FLOAT32) { // the type of attributes
      return null;
    }
    for (Known known : ALL) {
      if (known.formula.computes(formula)) {
        return known.form.write(to, in);
      }
    }
    return null;
  }

  private static Form plain(String type) {
    return with(type, Map.of());
  }

  private static Form with(String type, Map<String, Object> attributes) {
    return (to, in) -> to.node(type, in.getFirst().spec(), attributes, in.getFirst());
  }

  private static Form clip(double least, double most) {
    return (to, in) -> {
      Value x = in.getFirst();
      return to.node("Clip", x.spec(), x, to.like(x, least), to.like(x, most));
    };
  }

  private static Form withNumber(String type, String attribute) {
    return (to, in) -> {
      Double number = number(in.get(1));
      return number == null ? null : with(type, Map.of(attribute, number)).write(to, in);
    };
  }

  /** Returns the number of a constant of one element. */
  private static Double number(Value value) {
    return value.isConstant() && value.shape().count() == 1 && value.rank() == 0
        ? value.elements().toDoubleArray()[0]
        : null;
  }

  private static Value leaky(Emitter to, List<Value> in) {
    Value x = in.get(0);
    Value slope = in.get(1);
    Double number = number(slope);
    if (number != null) {
      return to.node("LeakyRelu", x.spec(), Map.of("alpha", number), x);
    }
    return slope.shape().broadcastsTo(x.shape()) ? to.node("PRelu", x.spec(), x, slope) : null;
  }

  /** Writes relu with a slope below 0, a limit, and a threshold of 0; not with more than one. */
  private static Value reluWith(Emitter to, List<Value> in) {
    Double slope = number(in.get(1));
    Double most = number(in.get(2));
    Double threshold = number(in.get(3));
    if (slope == null || most == null || threshold == null || threshold != 0) {
      return null;
    }
    if (Double.isInfinite(most)) {
      return with("LeakyRelu", Map.of("alpha", slope)).write(to, in);
    }
    return slope == 0 ? clip(0, most).write(to, in) : null;
  }

  private static Value hardShrink(Emitter to, List<Value> in) {
    return shrink(to, in, 0);
  }

  private static Value softShrink(Emitter to, List<Value> in) {
    Double lambda = number(in.get(1));
    return lambda == null ? null : shrink(to, in, lambda);
  }

  private static Value shrink(Emitter to, List<Value> in, double bias) {
    Double lambda = number(in.get(1));
    return lambda == null
        ? null
        : with("Shrink", Map.of("lambd", lambda, "bias", bias)).write(to, in);
  }

  private static Value threshold(Emitter to, List<Value> in) {
    Double alpha = number(in.get(1));
    Double other = number(in.get(2));
    return alpha == null || other == null || other != 0
        ? null
        : with("ThresholdedRelu", Map.of("alpha", alpha)).write(to, in);
  }

  /** Writes {@code x / 2 * (1 + erf(x / sqrt(2)))}: opset 18 has no Gelu. */
  private static Value gelu(Emitter to, List<Value> in) {
    Value x = in.getFirst();
    Value erf = to.pointwise("Erf", to.pointwise("Mul", x, to.like(x, Math.sqrt(0.5))));
    Value gate = to.pointwise("Add", erf, to.like(x, 1));
    return to.pointwise("Mul", to.pointwise("Mul", x, to.like(x, 0.5)), gate);
  }
}
