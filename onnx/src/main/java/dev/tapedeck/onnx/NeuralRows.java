package dev.tapedeck.onnx;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The forms of products, normalization, softmax, attention and Fourier transforms. */
final class NeuralRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  /** A score below all others, of which differences are finite. */
  private static final double LOWEST = -2e38;

  static {
    ALL.put("MatMul.1", Row.one(NeuralRows::matMul));
    ALL.put("Softmax.1", Row.one(NeuralRows::softmax));
    ALL.put("DotProductAttention.1", Row.one(NeuralRows::attention));
    ALL.put("BatchNormalization", Row.one(NeuralRows::batchNormalization));
    ALL.put("LayerNormalization", Row.one(NeuralRows::layerNormalization));
    ALL.put("MatrixBand.1", Row.one(NeuralRows::band));
    ALL.put(
        "Determinant.1", Row.one((to, step, in) -> to.node("Det", step.output(), in.getFirst())));
    ALL.put(
        "PRelu", Row.one((to, step, in) -> to.node("PRelu", step.output(), in.get(0), in.get(1))));
    ALL.put("FourierTransform.1", NeuralRows::fourierTransform);
  }

  private NeuralRows() {}

  private static Value matMul(Emitter to, Step step, List<Value> in) {
    if (step.output().dtype() == DType.INT32) {
      throw to.refused(step, "needs a floating point type", DType.INT8, "cast it first");
    }
    Value x = step.flag("transposeA") ? swapped(to, in.get(0)) : in.get(0);
    Value y = step.flag("transposeB") ? swapped(to, in.get(1)) : in.get(1);
    return to.node("MatMul", step.output(), x, y);
  }

  private static Value swapped(Emitter to, Value x) {
    int rank = x.rank();
    return to.transpose(
        x,
        IntStream.range(0, rank)
            .map(i -> i == rank - 1 ? rank - 2 : i == rank - 2 ? rank - 1 : i)
            .toArray());
  }

  private static Value band(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    Value above =
        to.node(
            "Trilu",
            x.spec(),
            Map.of("upper", 1L),
            x,
            to.integer((Long) step.attributes().get("first")));
    return to.node(
        "Trilu",
        x.spec(),
        Map.of("upper", 0L),
        above,
        to.integer((Long) step.attributes().get("last")));
  }

  private static Value softmax(Emitter to, Step step, List<Value> in) {
    return to.node(
        step.flag("logarithm") ? "LogSoftmax" : "Softmax",
        step.output(),
        Map.of("axis", (long) in.getFirst().rank() - 1),
        in.getFirst());
  }

  private static Value batchNormalization(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    int axis = step.integer("axis");
    Shape channels = Shape.of(in.get(3).shape().count());
    Value mean = Constants.reshaped(in.get(3), channels);
    Value variance = Constants.reshaped(in.get(4), channels);
    Value scale = in.get(1) == null ? filled(to, mean, 1) : Constants.reshaped(in.get(1), channels);
    Value offset =
        in.get(2) == null ? filled(to, mean, 0) : Constants.reshaped(in.get(2), channels);
    Map<String, Object> attributes = Map.of("epsilon", step.number("epsilon"));
    if (axis == 1) {
      return to.node(
          "BatchNormalization", step.output(), attributes, x, scale, offset, mean, variance);
    }
    if (axis != x.rank() - 1) {
      throw to.refused(
          step, "needs the channels at axis 1, or at the last", axis, "permute the axes before");
    }
    return ConvolutionRows.between(
        to, "BatchNormalization", step.output(), attributes, x, scale, offset, mean, variance);
  }

  private static Value filled(Emitter to, Value like, double number) {
    return to.graph()
        .constants()
        .of(
            "constant",
            (EagerTensor)
                Dispatch.eagerly(() -> Tensor.full(like.dtype(), number, like.shape().toArray())));
  }

  private static Value layerNormalization(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    int axis = step.integer("axis");
    Shape sizes = x.shape().slice(axis, x.rank());
    Map<String, Object> attributes = Map.of("axis", (long) axis, "epsilon", step.number("epsilon"));
    Value scale = Constants.reshaped(in.get(1), sizes);
    return in.get(2) == null
        ? to.node("LayerNormalization", step.output(), attributes, x, scale)
        : to.node(
            "LayerNormalization",
            step.output(),
            attributes,
            x,
            scale,
            Constants.reshaped(in.get(2), sizes));
  }

  /** Writes {@code softmax(scale * q @ transpose(k)) @ v} with the heads before the positions. */
  private static Value attention(Emitter to, Step step, List<Value> in) {
    int rank = in.getFirst().rank();
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 3] = rank - 2;
    order[rank - 2] = rank - 3;
    int[] turned = order.clone();
    turned[rank - 2] = rank - 1;
    turned[rank - 1] = rank - 3;
    Value query = to.transpose(in.get(0), order);
    Value key = to.transpose(repeated(to, step, in, in.get(1)), turned);
    Value value = to.transpose(repeated(to, step, in, in.get(2)), order);
    Shape pairs = query.shape().with(-1, key.shape().size(-1));
    TensorSpec spec = new TensorSpec(query.dtype(), pairs);
    Value scores = to.node("MatMul", spec, query, key);
    double scale = step.number("scale");
    Value scaled = scale == 1 ? scores : to.pointwise("Mul", scores, to.like(scores, scale));
    Value allowed = allowed(to, step, in, scores);
    Value masked = allowed == null ? scaled : to.where(allowed, scaled, to.like(scaled, LOWEST));
    Value weights = to.node("Softmax", spec, Map.of("axis", (long) rank - 1), masked);
    TensorSpec made = new TensorSpec(query.dtype(), query.shape().with(-1, value.shape().size(-1)));
    return to.transpose(to.node("MatMul", made, weights, value), order);
  }

  /** Returns keys or values with a head for each of the query's, of which a group shares one. */
  private static Value repeated(Emitter to, Step step, List<Value> in, Value x) {
    long heads = in.getFirst().shape().size(-2);
    long shared = x.shape().size(-2);
    if (heads == shared && heads != Shape.UNKNOWN) {
      return x;
    }
    if (heads == Shape.UNKNOWN || shared == Shape.UNKNOWN) {
      throw to.refused(step, "needs known numbers of heads", x.shape(), "give their sizes");
    }
    long[] from = IntStream.range(0, (int) heads).mapToLong(i -> i * shared / heads).toArray();
    return to.node(
        "Gather",
        new TensorSpec(x.dtype(), x.shape().with(-2, heads)),
        Map.of("axis", (long) x.rank() - 2),
        x,
        to.longs(from));
  }

  private static Value allowed(Emitter to, Step step, List<Value> in, Value scores) {
    Value mask = in.size() > 3 ? in.get(3) : null;
    if (!step.flag("causal")) {
      return mask;
    }
    Value past = past(to, scores);
    return mask == null ? past : to.test("And", mask, past);
  }

  /** Returns for each query and key whether the key is not after the query. */
  private static Value past(Emitter to, Value scores) {
    int rank = scores.rank();
    Shape shape = scores.shape().slice(rank - 2, rank);
    Value sizes =
        shape.isKnown()
            ? to.longs(shape.toArray())
            : to.node(
                "Gather",
                new TensorSpec(DType.INT64, Shape.of(2)),
                Map.of("axis", 0L),
                to.shapeOf(scores),
                to.longs(rank - 2L, rank - 1L));
    TensorSpec pairs = new TensorSpec(DType.INT64, shape);
    Value ones = to.expand(to.integer(1), pairs, sizes);
    return to.cast(to.node("Trilu", pairs, Map.of("upper", 0L), ones), DType.BOOL);
  }

  /** Writes a transform of real and imaginary parts, which ONNX has in a last axis of size 2. */
  private static List<Value> fourierTransform(Emitter to, Step step, List<Value> in) {
    int rank = in.getFirst().rank();
    Shape shape = in.getFirst().shape();
    TensorSpec pairs = new TensorSpec(in.getFirst().dtype(), shape.concat(2));
    Value parts =
        to.node(
            "Concat",
            pairs,
            Map.of("axis", (long) rank),
            to.unsqueeze(in.get(0), rank),
            to.unsqueeze(in.get(1), rank));
    boolean inverse = step.flag("inverse");
    Value waves =
        to.node("DFT", pairs, Map.of("axis", (long) rank - 1, "inverse", inverse ? 1L : 0L), parts);
    // ONNX divides the inverse by the number of elements, and the other not.
    double factor = inverse == step.flag("scaled") ? 1 : factor(to, step, shape, inverse);
    Value scaled = factor == 1 ? waves : to.pointwise("Mul", waves, to.like(waves, factor));
    return Arrays.asList(part(to, scaled, 0), part(to, scaled, 1));
  }

  private static double factor(Emitter to, Step step, Shape shape, boolean inverse) {
    long size = shape.size(-1);
    if (size == Shape.UNKNOWN) {
      throw to.refused(step, "needs a known length", shape, "give its size");
    }
    return inverse ? size : 1. / size;
  }

  private static Value part(Emitter to, Value pairs, long part) {
    int rank = pairs.rank() - 1;
    return to.node(
        "Gather",
        new TensorSpec(pairs.dtype(), pairs.shape().slice(0, rank)),
        Map.of("axis", (long) rank),
        pairs,
        to.integer(part));
  }
}
