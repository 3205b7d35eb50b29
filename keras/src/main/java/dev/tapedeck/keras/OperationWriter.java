package dev.tapedeck.keras;

import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.train.ModelCalls;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writer of ops beside layers as Keras's operations. */
final class OperationWriter {
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

  private OperationWriter() {}

  /** Returns Keras's class of an op; one that it does not know is refused. */
  static String className(ModelCalls.OfOp call) {
    String name =
        call.op() instanceof Pointwise pointwise
            ? POINTWISE.get(pointwise.formula().name())
            : OpDescription.of(call.op()).name().equals("MatMul.1") ? "Matmul" : null;
    if (name == null) {
      throw ConfigWriter.refusal(
          "the op " + call.op().name() + " beside the layers; make it a layer's");
    }
    return name;
  }

  static Map<String, Object> describe(ModelCalls.OfOp call) {
    String name = className(call);
    boolean neural = name.equals("Relu") || name.equals("Sigmoid");
    String module = neural ? "keras.src.ops.nn" : "keras.src.ops.numpy";
    return ConfigWriter.described(module, name, new LinkedHashMap<>(), name);
  }
}
