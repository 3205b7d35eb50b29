package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An op beside the layers of a functional model, as {@code x + y} or {@code keras.ops.relu(x)}.
 *
 * @param name Keras's name of its class: {@code Multiply}
 * @param options its arguments other than tensors
 */
record Operation(String name, Map<String, Object> options) {
  /** Ops of numbers and tensors alone, by Keras's names of their classes. */
  private static final Map<String, Function<List<Object>, Tensor>> POINTWISE = new HashMap<>();

  /** Ops of a tensor and options. */
  private static final Map<String, Function<Arguments, Tensor>> OTHERS = new HashMap<>();

  static {
    binary("Add", Maths::add);
    binary("Subtract", Maths::sub);
    binary("Multiply", Maths::mul);
    binary("TrueDivide", Maths::div);
    binary("Divide", Maths::div);
    binary("Power", Maths::pow);
    binary("Maximum", Maths::maximum);
    binary("Minimum", Maths::minimum);
    binary("Matmul", Linalg::matmul);
    unary("Negative", Maths::neg);
    unary("Absolute", Maths::abs);
    unary("Abs", Maths::abs);
    unary("Square", Maths::square);
    unary("Sqrt", Maths::sqrt);
    unary("Rsqrt", Maths::rsqrt);
    unary("Exp", Maths::exp);
    unary("Log", Maths::log);
    unary("Sin", Maths::sin);
    unary("Cos", Maths::cos);
    OTHERS.put("ExpandDims", a -> expanded(a.tensor(), a.axes("axis")));
    OTHERS.put("Squeeze", a -> squeezed(a.tensor(), a.axes("axis", ones(a.tensor()))));
    OTHERS.put(
        "Transpose", a -> Shaping.transpose(a.tensor(), a.axes("axes", reversed(a.tensor()))));
    OTHERS.put("Reshape", a -> Shaping.reshape(a.tensor(), a.sizes("newshape")));
    OTHERS.put("Concatenate", a -> Joining.concat(a.axis(), a.tensors()));
    OTHERS.put("Stack", a -> Joining.stack(a.axis(), a.tensors()));
    reduction("Mean", Reductions::mean);
    reduction("Sum", Reductions::sum);
    reduction("Max", Reductions::max);
    reduction("Min", Reductions::min);
    OTHERS.put("Softmax", a -> Activations.softmax(a.tensor(), a.axis()));
    OTHERS.put("LogSoftmax", a -> Activations.logSoftmax(a.tensor(), a.axis()));
    OTHERS.put("Sparsemax", a -> Activations.sparsemax(a.tensor(), a.axis()));
    OTHERS.put("Glu", a -> Activations.glu(a.tensor(), a.axis()));
    OTHERS.put(
        "Gelu",
        a ->
            a.truth("approximate")
                ? Activations.geluTanh(a.tensor())
                : Activations.gelu(a.tensor()));
    OTHERS.put("HardSilu", a -> Activations.hardSwish(a.tensor()));
    withNumber("LeakyRelu", "negative_slope", Activations::leakyRelu);
    withNumber("Elu", "alpha", Activations::elu);
    withNumber("Celu", "alpha", Activations::celu);
    withNumber("Squareplus", "b", Activations::squareplus);
    withNumber("SoftShrink", "threshold", Activations::softShrink);
    withNumber("HardShrink", "threshold", Activations::hardShrink);
    OTHERS.put(
        "Threshold",
        a -> Activations.threshold(a.tensor(), a.number("threshold"), a.number("default_value")));
  }

  private static void unary(String name, UnaryOperator<Object> op) {
    POINTWISE.put(name, of -> (Tensor) op.apply(of.getFirst()));
  }

  private static void binary(String name, BinaryOperator<Object> op) {
    POINTWISE.put(name, of -> (Tensor) op.apply(of.get(0), of.get(1)));
  }

  /** A function of a tensor, of whether it keeps the axes, and of the axes, none for all. */
  private interface Reduction {
    Tensor of(Tensor x, boolean keepdims, int... axes);
  }

  private static void reduction(String name, Reduction op) {
    OTHERS.put(
        name,
        a -> {
          boolean none = a.named.get("axis") instanceof List<?> axes && axes.isEmpty();
          boolean keepdims = a.keepdims();
          int[] axes = a.axes("axis");
          return none ? a.tensor() : op.of(a.tensor(), keepdims, axes);
        });
  }

  private static void withNumber(String name, String option, BinaryOperator<Object> op) {
    OTHERS.put(name, a -> (Tensor) op.apply(a.tensor(), a.number(option)));
  }

  /** Returns the axes of size 1. */
  private static int[] ones(Tensor x) {
    return IntStream.range(0, x.shape().rank()).filter(axis -> x.shape().size(axis) == 1).toArray();
  }

  private static Tensor squeezed(Tensor x, int[] axes) {
    return axes.length == 0 ? x : Shaping.squeeze(x, axes);
  }

  private static int[] reversed(Tensor x) {
    int rank = x.shape().rank();
    return IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray();
  }

  /** Inserts axes, which are those of the result. */
  private static Tensor expanded(Tensor x, int[] axes) {
    int rank = x.shape().rank() + axes.length;
    int[] ascending =
        IntStream.of(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
    Tensor result = x;
    for (int axis : ascending) {
      result = Shaping.expandDims(result, axis);
    }
    return result;
  }

  /** The arguments of a call; what is asked for is used. */
  private static final class Arguments {
    private final List<Object> positional;
    private final Map<String, Object> named;
    private final Set<String> used = new TreeSet<>();

    Arguments(List<Object> positional, Map<String, Object> named) {
      this.positional = positional;
      this.named = named;
    }

    Tensor tensor() {
      return (Tensor) positional.getFirst();
    }

    Object[] tensors() {
      return ((List<?>) positional.getFirst()).toArray();
    }

    boolean keepdims() {
      used.add("keepdims");
      return truth("keepdims");
    }

    boolean truth(String name) {
      used.add(name);
      return switch (named.get(name)) {
        case null -> false;
        case Boolean truth -> truth;
        case Object other ->
            throw new KerasFileException("KerasFiles: an op's " + name + " is " + other);
      };
    }

    double number(String name) {
      used.add(name);
      if (named.get(name) instanceof Number number) {
        return number.doubleValue();
      }
      throw new KerasFileException(
          "KerasFiles: an op's " + name + " must be a number, is " + named.get(name));
    }

    int[] axes(String name) {
      return axes(name, new int[0]);
    }

    int[] axes(String name, int[] otherwise) {
      used.add(name);
      return switch (named.get(name)) {
        case null -> otherwise;
        case List<?> list -> list.stream().mapToInt(axis -> whole(name, axis)).toArray();
        case Object one -> new int[] {whole(name, one)};
      };
    }

    int axis() {
      int[] axes = axes("axis");
      if (axes.length != 1) {
        throw new KerasFileException(
            "KerasFiles: an op's axis must be one number, is " + named.get("axis"));
      }
      return axes[0];
    }

    private static int whole(String name, Object value) {
      if (value instanceof Integer number) {
        return number;
      }
      throw new KerasFileException(
          "KerasFiles: an op's " + name + " must be whole numbers, has " + value);
    }

    /** Returns sizes, of which the batch's may be unknown; then it is the one to compute. */
    long[] sizes(String name) {
      int[] sizes = axes(name);
      return IntStream.of(sizes).mapToLong(size -> size < 0 ? Shape.UNKNOWN : size).toArray();
    }
  }

  /** Reads an op. */
  static Operation of(JsonNode json) {
    Map<String, Object> options = new LinkedHashMap<>();
    json.path("config")
        .properties()
        .forEach(option -> options.put(option.getKey(), ConfigReader.plain(option.getValue())));
    options.remove("name");
    options.remove("dtype");
    return new Operation(ConfigReader.className(json), options);
  }

  /** Applies the op, and returns its only output. */
  List<Tensor> call(List<Object> positional, Map<String, Object> named) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.putAll(named);
    if (POINTWISE.containsKey(name)) {
      List<Object> operands = new ArrayList<>(positional);
      operands.addAll(all.values());
      return List.of(POINTWISE.get(name).apply(operands));
    }
    Arguments arguments = new Arguments(positional, all);
    Optional<UnaryOperator<Tensor>> activation =
        Activations.named(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
    Tensor output;
    if (OTHERS.containsKey(name)) {
      output = OTHERS.get(name).apply(arguments);
    } else if (activation.isPresent() && positional.size() == 1) {
      output = activation.get().apply(arguments.tensor());
    } else {
      throw refusal("is not known here");
    }
    all.keySet().removeAll(arguments.used);
    all.values().removeIf(value -> value == null || value.equals(false));
    if (!all.isEmpty()) {
      throw refusal("has arguments that are not known here, " + all);
    }
    return List.of(output);
  }

  private KerasFileException refusal(String why) {
    return new KerasFileException(
        "KerasFiles: the op " + name + " beside the layers " + why + "; replace it by a layer");
  }
}
