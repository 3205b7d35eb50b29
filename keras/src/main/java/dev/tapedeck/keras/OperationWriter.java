package dev.tapedeck.keras;

import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.ModelCalls;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writer of an op beside layers as one of Keras's operations, which {@link Operation} reads.
 *
 * @param name Keras's name of its class
 * @param options arguments other than tensors
 * @param list whether it takes its tensors as one list
 */
record OperationWriter(String name, Map<String, Object> options, boolean list) {
  /** Keras's classes by the names of formulas. */
  private static final Map<String, String> POINTWISE =
      Map.ofEntries(
          Map.entry("add", "Add"),
          Map.entry("sub", "Subtract"),
          Map.entry("mul", "Multiply"),
          Map.entry("div", "TrueDivide"),
          Map.entry("pow", "Power"),
          Map.entry("maximum", "Maximum"),
          Map.entry("minimum", "Minimum"),
          Map.entry("neg", "Negative"),
          Map.entry("abs", "Absolute"),
          Map.entry("square", "Square"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("rsqrt", "Rsqrt"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("relu", "Relu"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("tanh", "Tanh"));

  /** Activations of Keras's module {@code nn} by the names of formulas. */
  private static final Map<String, String> ACTIVATIONS =
      Map.ofEntries(
          Map.entry("relu6", "Relu6"),
          Map.entry("selu", "Selu"),
          Map.entry("silu", "Silu"),
          Map.entry("logSigmoid", "LogSigmoid"),
          Map.entry("softplus", "Softplus"),
          Map.entry("softsign", "Softsign"),
          Map.entry("sparsePlus", "SparsePlus"),
          Map.entry("sparseSigmoid", "SparseSigmoid"),
          Map.entry("tanhShrink", "TanhShrink"),
          Map.entry("hardSigmoid", "HardSigmoid"),
          Map.entry("hardSwish", "HardSilu"),
          Map.entry("hardTanh", "HardTanh"),
          Map.entry("gelu", "Gelu"),
          Map.entry("geluTanh", "Gelu"),
          Map.entry("leakyRelu", "LeakyRelu"),
          Map.entry("elu", "Elu"),
          Map.entry("celu", "Celu"),
          Map.entry("squareplus", "Squareplus"),
          Map.entry("softShrink", "SoftShrink"),
          Map.entry("hardShrink", "HardShrink"),
          Map.entry("threshold", "Threshold"));

  /** Arguments that are operands here, by the names of formulas. */
  private static final Map<String, List<String>> NUMBERS =
      Map.of(
          "leakyRelu", List.of("negative_slope"),
          "elu", List.of("alpha"),
          "celu", List.of("alpha"),
          "squareplus", List.of("b"),
          "softShrink", List.of("threshold"),
          "hardShrink", List.of("threshold"),
          "threshold", List.of("threshold", "default_value"));

  /** Keras's modules of the classes that are not in the one of NumPy's functions. */
  private static final Map<String, String> MODULES =
      Map.of("Relu", "nn", "Sigmoid", "nn", "Softmax", "nn", "LogSoftmax", "nn", "Rsqrt", "math");

  /** Returns the writer of an op; one that Keras does not know is refused. */
  static OperationWriter of(ModelCalls.OfOp call) {
    if (call.op() instanceof Pointwise pointwise) {
      String formula = pointwise.formula().name();
      if (ACTIVATIONS.containsKey(formula)) {
        return activation(formula, call);
      } else if (POINTWISE.containsKey(formula) && call.inputs().size() <= 2) { // relu may have 4
        return new OperationWriter(POINTWISE.get(formula), Map.of(), false);
      }
      throw unknown(call);
    }
    OpDescription op = OpDescription.of(call.op());
    Map<String, Object> attributes = op.attributes();
    return switch (op.name()) {
      case "MatMul.1" -> product(attributes);
      case "Transpose.1" ->
          new OperationWriter("Transpose", Map.of("axes", attributes.get("order")), false);
      case "Reshape.1" -> new OperationWriter("Reshape", Map.of("newshape", shape(call)), false);
      case "Concat.1" ->
          new OperationWriter("Concatenate", Map.of("axis", attributes.get("axis")), true);
      case "Reduce.1" -> reduction(call, attributes);
      case "Softmax.1" -> {
        boolean logarithm = (boolean) attributes.get("logarithm");
        yield new OperationWriter(logarithm ? "LogSoftmax" : "Softmax", Map.of("axis", -1), false);
      }
      default -> throw unknown(call);
    };
  }

  private static OperationWriter activation(String formula, ModelCalls.OfOp call) {
    Map<String, Object> options = new LinkedHashMap<>();
    if (formula.startsWith("gelu")) {
      options.put("approximate", formula.equals("geluTanh"));
    }
    List<String> numbers = NUMBERS.getOrDefault(formula, List.of());
    for (int i = 0; i < numbers.size(); i++) {
      if (!(call.inputs().get(i + 1) instanceof EagerTensor number && number.shape().isScalar())) {
        throw unknown(call);
      }
      options.put(numbers.get(i), number.item());
    }
    return new OperationWriter(ACTIVATIONS.get(formula), options, false);
  }

  private static OperationWriter product(Map<String, Object> attributes) {
    if (attributes.containsValue(true)) {
      throw ConfigWriter.refusal(
          "a matmul beside the layers transposes an operand, which Keras's does not; transpose it"
              + " by Shaping.transpose first");
    }
    return new OperationWriter("Matmul", Map.of(), false);
  }

  private static OperationWriter reduction(ModelCalls.OfOp call, Map<String, Object> attributes) {
    String kind = attributes.get("kind").toString().toLowerCase(Locale.ROOT);
    if ((boolean) attributes.get("ofBools")
        || !Set.of("sum", "mean", "max", "min").contains(kind)) {
      throw unknown(call);
    }
    String name = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    return new OperationWriter(
        name, Map.of("axis", attributes.get("axes"), "keepdims", false), false);
  }

  /** Returns the shape of the output, of which one size may be unknown. */
  private static long[] shape(ModelCalls.OfOp call) {
    long[] shape = call.outputs().getFirst().shape().toArray();
    if (Arrays.stream(shape).filter(size -> size == Shape.UNKNOWN).count() > 1) {
      throw unknown(call);
    }
    return shape;
  }

  private static IllegalArgumentException unknown(ModelCalls.OfOp call) {
    return ConfigWriter.refusal(
        "the op " + call.op().name() + " beside the layers, which is best called within a layer");
  }

  /** Returns the description. */
  Map<String, Object> describe() {
    String module =
        "keras.src.ops."
            + (ACTIVATIONS.containsValue(name) ? "nn" : MODULES.getOrDefault(name, "numpy"));
    return ConfigWriter.described(module, name, new LinkedHashMap<>(options), name);
  }

  /** Returns the arguments of a call of tensors. */
  List<Object> arguments(List<Object> tensors) {
    if (ACTIVATIONS.containsValue(name)) {
      return tensors.subList(0, 1);
    }
    return list ? Collections.singletonList(tensors) : tensors;
  }
}
