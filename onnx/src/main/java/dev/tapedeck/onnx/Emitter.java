package dev.tapedeck.onnx;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a {@link Row} writes with: adds nodes to a graph, in the name of a step. */
final class Emitter {
  private final GraphExport graph;
  private final String scope;
  private final List<OnnxNode> nodes;

  Emitter(GraphExport graph, String scope, List<OnnxNode> nodes) {
    this.graph = graph;
    this.scope = scope;
    this.nodes = nodes;
  }

  /** Returns the graph that is being written. */
  GraphExport graph() {
    return graph;
  }

  /** Returns the list that the nodes are added to. */
  List<OnnxNode> nodes() {
    return nodes;
  }

  /** Returns an emitter in the same name that adds to another list. */
  Emitter into(List<OnnxNode> others) {
    return new Emitter(graph, scope, others);
  }

  /** Adds a node and returns its output. */
  Value node(String type, TensorSpec output, Map<String, Object> attributes, Value... inputs) {
    return nodes(type, List.of(output), attributes, inputs).getFirst();
  }

  /** Adds a node without attributes. */
  Value node(String type, TensorSpec output, Value... inputs) {
    return node(type, output, Map.of(), inputs);
  }

  /** Adds a node of several outputs. */
  List<Value> nodes(
      String type, List<TensorSpec> outputs, Map<String, Object> attributes, Value... inputs) {
    List<Value> made = outputs.stream().map(Value::output).toList();
    nodes.add(new OnnxNode(type, scope, Arrays.asList(inputs), made, attributes));
    return made;
  }

  /** Adds a node of one number for each element, whose inputs broadcast. */
  Value pointwise(String type, Value... inputs) {
    return node(type, new TensorSpec(inputs[0].dtype(), broadcast(inputs)), inputs);
  }

  /** Adds a node of one bool for each element. */
  Value test(String type, Value... inputs) {
    return node(type, new TensorSpec(DType.BOOL, broadcast(inputs)), inputs);
  }

  /** Adds a choice between two values. */
  Value where(Value condition, Value yes, Value no) {
    Shape shape = broadcast(condition, yes, no);
    return node("Where", new TensorSpec(yes.dtype(), shape), condition, yes, no);
  }

  private Shape broadcast(Value... inputs) {
    Shape shape = inputs[0].shape();
    for (Value input : inputs) {
      shape = Shape.broadcast(shape, input.shape(), scope);
    }
    return shape;
  }

  /** Returns the value in another type. */
  Value cast(Value x, DType dtype) {
    TensorSpec spec = new TensorSpec(dtype, x.shape());
    return x.dtype() == dtype
        ? x
        : node("Cast", spec, Map.of("to", (long) OnnxTypes.number(dtype)), x);
  }

  /** Returns whole numbers of 8 and 16 bits, which many operators do not take, as int32. */
  Value wide(Value x) {
    return switch (x.dtype()) {
      case INT8, UINT8, INT16, UINT16 -> cast(x, DType.INT32);
      default -> x;
    };
  }

  /** Returns the value with its axes in another order. */
  Value transpose(Value x, int... order) {
    if (x.isConstant()) {
      return Constants.transposed(x, order);
    }
    long[] perm = Arrays.stream(order).asLongStream().toArray();
    return node("Transpose", Transposes.spec(x.spec(), perm), Map.of("perm", perm), x);
  }

  /** Returns the value without axes of size 1. */
  Value squeeze(Value x, int... axes) {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      int axis = i;
      if (Arrays.stream(axes).noneMatch(a -> a == axis)) {
        sizes.add(x.shape().size(i));
      }
    }
    return node("Squeeze", new TensorSpec(x.dtype(), shape(sizes)), x, longs(axes));
  }

  /** Returns the value with new axes of size 1, at these positions of the result. */
  Value unsqueeze(Value x, int... axes) {
    List<Long> sizes = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < x.rank() + axes.length; i++) {
      int axis = i;
      boolean added = Arrays.stream(axes).anyMatch(a -> a == axis);
      sizes.add(added ? 1 : x.shape().size(next++));
    }
    Shape shape = shape(sizes);
    return x.isConstant()
        ? Constants.reshaped(x, shape)
        : node("Unsqueeze", new TensorSpec(x.dtype(), shape), x, longs(axes));
  }

  private static Shape shape(List<Long> sizes) {
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  /** Returns the value with the positions along axes in reverse. */
  Value reverse(Value x, int... axes) {
    long[] back = new long[axes.length];
    Arrays.fill(back, -1);
    long[] first = new long[axes.length];
    Arrays.fill(first, Peepholes.FIRST);
    return node("Slice", x.spec(), x, longs(back), longs(first), longs(axes), longs(back));
  }

  /** Returns the sizes of a value, int64. */
  Value shapeOf(Value x) {
    return x.shape().isKnown()
        ? longs(x.shape().toArray())
        : node("Shape", new TensorSpec(DType.INT64, Shape.of(x.rank())), x);
  }

  /** Returns the value broadcast to sizes that are known when the graph runs. */
  Value expand(Value x, TensorSpec output, Value sizes) {
    return node("Expand", output, x, sizes);
  }

  Value longs(long... numbers) {
    return graph.constants().longs(numbers);
  }

  Value integer(long number) {
    return graph.constants().integer(number);
  }

  Value floats(float... numbers) {
    return graph.constants().floats(numbers);
  }

  private Value longs(int... numbers) {
    return longs(Arrays.stream(numbers).asLongStream().toArray());
  }

  /** Returns a number of the type of a value. */
  Value like(Value x, double number) {
    return graph.constants().number(number, x.dtype());
  }

  Value number(double number, DType dtype) {
    return graph.constants().number(number, dtype);
  }

  /** Returns the error of a step that ONNX cannot say. */
  IllegalArgumentException refused(Step step, String expected, Object received, String remedy) {
    return Refusal.of(
        "Onnx.export: node \"" + step.name() + "\", op " + step.node().op().name(),
        expected,
        received,
        remedy);
  }
}
