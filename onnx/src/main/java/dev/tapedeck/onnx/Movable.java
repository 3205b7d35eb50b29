package dev.tapedeck.onnx;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Operators that {@link Transposes} can be moved behind. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are made by Set.of
enum Movable {
  /** One number for each element; inputs broadcast. */
  POINTWISE(
      Set.of(
          "Abs",
          "Acos",
          "Acosh",
          "Add",
          "And",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "Cast",
          "Ceil",
          "Celu",
          "Clip",
          "Cos",
          "Cosh",
          "Div",
          "Elu",
          "Equal",
          "Erf",
          "Exp",
          "Floor",
          "Greater",
          "GreaterOrEqual",
          "HardSigmoid",
          "HardSwish",
          "LeakyRelu",
          "Less",
          "LessOrEqual",
          "Log",
          "Max",
          "Min",
          "Mish",
          "Mod",
          "Mul",
          "Neg",
          "Not",
          "Or",
          "PRelu",
          "Pow",
          "Relu",
          "Round",
          "Selu",
          "Shrink",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Sub",
          "Tan",
          "Tanh",
          "ThresholdedRelu",
          "Where",
          "Xor")) {
    @Override
    int transposed(OnnxNode node) {
      return node.inputs().size();
    }

    @Override
    Moved move(OnnxNode node, long... order) {
      return node.output().rank() == order.length ? new Moved(Map.of(), Map.of(), order) : null;
    }
  },
  /** An attribute names an axis. */
  ALONG_AXIS(Set.of("Softmax", "LogSoftmax", "Concat", "Split", "ArgMax")) {
    @Override
    int transposed(OnnxNode node) {
      return node.is("Concat") ? node.inputs().size() : 1;
    }

    @Override
    Moved move(OnnxNode node, long... order) {
      if (node.output().rank() != order.length) {
        return null;
      }
      int axis = axis(node, order.length);
      return new Moved(Map.of("axis", order[axis]), Map.of(), order);
    }
  },
  /** A selection of positions of an axis. */
  GATHER(Set.of("Gather")) {
    @Override
    Moved move(OnnxNode node, long... order) {
      boolean fits = node.input(1).isConstant() && node.input(1).rank() == 1;
      return fits ? ALONG_AXIS.move(node, order) : null;
    }
  },
  /** The second input, a constant, names the axes. */
  REDUCTION(Set.of("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd")) {
    @Override
    Moved move(OnnxNode node, long... order) {
      if (node.input(1) == null || !node.input(1).isConstant()) {
        return null;
      }
      long[] axes = positive(numbers(node.input(1)), order.length);
      long[] moved = Arrays.stream(axes).map(axis -> order[(int) axis]).sorted().toArray();
      boolean kept = node.attributes().getOrDefault("keepdims", 1L).equals(1L);
      return new Moved(Map.of(), Map.of(1, longs(moved)), kept ? order : left(order, axes));
    }
  },
  /** The second input, a constant, has elements before and after each axis. */
  PAD(Set.of("Pad")) {
    @Override
    Moved move(OnnxNode node, long... order) {
      if (!node.input(1).isConstant()) {
        return null;
      }
      long[] pads = numbers(node.input(1));
      long[] moved = new long[pads.length];
      for (int i = 0; i < order.length; i++) {
        moved[(int) order[i]] = pads[i];
        moved[order.length + (int) order[i]] = pads[order.length + i];
      }
      return new Moved(Map.of(), Map.of(1, longs(moved)), order);
    }
  },
  /** The third input, a constant, has a factor for each axis. */
  RESIZE(Set.of("Resize")) {
    @Override
    Moved move(OnnxNode node, long... order) {
      double[] scales = node.input(2).elements().toDoubleArray();
      float[] moved = new float[scales.length];
      for (int i = 0; i < scales.length; i++) {
        moved[(int) order[i]] = (float) scales[i];
      }
      return new Moved(Map.of(), Map.of(2, constant(Tensor.of(moved))), order);
    }
  },
  /** The fourth input, a constant, names the axes. */
  SLICE(Set.of("Slice")) {
    @Override
    Moved move(OnnxNode node, long... order) {
      long[] axes = positive(numbers(node.input(3)), order.length);
      long[] moved = Arrays.stream(axes).map(axis -> order[(int) axis]).toArray();
      return new Moved(Map.of(), Map.of(3, longs(moved)), order);
    }
  };

  private static final Map<String, Movable> BY_TYPE = new HashMap<>();

  static {
    for (Movable movable : values()) {
      movable.types.forEach(type -> BY_TYPE.put(type, movable));
    }
  }

  private final Set<String> types;

  Movable(Set<String> types) {
    this.types = types;
  }

  /**
   * A node before the transposes of its inputs.
   *
   * @param attributes attributes that change
   * @param inputs inputs that change, by index, beside those that were transposed
   * @param order order of the axes of a transpose of the output
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Moved(Map<String, Object> attributes, Map<Integer, Value> inputs, long... order) {}

  /** Returns how operators of a type are moved; null if they are not. */
  static Movable of(String type) {
    return BY_TYPE.get(type);
  }

  /** Returns how many of the first inputs are transposed. */
  int transposed(OnnxNode node) {
    return 1;
  }

  /** Returns a node before transposes of its inputs; null if it cannot be moved. */
  abstract Moved move(OnnxNode node, long... order);

  private static int axis(OnnxNode node, int rank) {
    return (int) positive(new long[] {(Long) node.attributes().get("axis")}, rank)[0];
  }

  private static long[] positive(long[] axes, int rank) {
    return Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).toArray();
  }

  private static long[] numbers(Value constant) {
    return constant.elements().toLongArray();
  }

  private static Value longs(long... numbers) {
    return constant(Tensor.of(numbers));
  }

  private static Value constant(Tensor tensor) {
    return Value.constant("constant", (EagerTensor) tensor);
  }

  /** Returns the order of the axes that a reduction leaves. */
  private static long[] left(long[] order, long... axes) {
    List<Long> kept =
        IntStream.range(0, order.length)
            .filter(i -> Arrays.stream(axes).noneMatch(axis -> axis == i))
            .mapToObj(i -> order[i])
            .toList();
    List<Long> sorted = kept.stream().sorted().toList();
    return kept.stream().mapToLong(sorted::indexOf).toArray();
  }
}
