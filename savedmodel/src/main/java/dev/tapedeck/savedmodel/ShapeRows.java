package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rows of ops that move elements, or none. */
final class ShapeRows {
  private ShapeRows() {}

  static void addTo(Map<String, Row> rows) {
    for (String same : List.of("Contiguous.1", "CheckSizes.1", "CheckRange.1")) {
      rows.put(same, Row.of(OpCall::input));
    }
    rows.put("Identity.1", Row.of(ShapeRows::identity));
    rows.put("Reshape.1", Row.of(ShapeRows::reshape));
    rows.put(
        "Transpose.1",
        Row.of(
            call -> call.emitter().transpose(call.input(), call.attribute("order", int[].class))));
    rows.put("BroadcastTo.1", Row.of(ShapeRows::broadcastTo));
    rows.put("MatchShape.1", Row.of(ShapeRows::matchShape));
    rows.put("Concat.1", Row.of(ShapeRows::concat));
    rows.put("Split.1", ShapeRows::split);
    rows.put("Pad.1", Row.of(ShapeRows::pad));
    rows.put("Reverse.1", Row.of(ShapeRows::reverse));
    rows.put("Slice.1", Row.of(Slices::write));
  }

  private static Value identity(OpCall call) {
    return call.flag("passes")
        ? call.input()
        : call.emitter().unary("StopGradient", "output", call.input());
  }

  private static Value reshape(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    Shape sizes = call.attribute("to", Shape.class);
    if (call.shape().isKnown()) {
      return to.reshape(x, call.shape().toArray());
    }
    Optional<?> from = call.attribute("from", Optional.class);
    if (from.isEmpty()) {
      return to.reshape(x, to.ints(sizes.toArray()), call.shape());
    }
    return to.reshape(x, carried((Shape) from.get(), sizes, x, to), call.shape());
  }

  /** Returns sizes of which several are unknown: they are those of the input, in order. */
  private static Value carried(Shape from, Shape sizes, Value x, Emitter to) {
    int[] open =
        IntStream.range(0, from.rank()).filter(i -> from.size(i) == Shape.UNKNOWN).toArray();
    List<Value> all = new ArrayList<>();
    int next = 0;
    for (long size : sizes.toArray()) {
      all.add(size == Shape.UNKNOWN ? to.size(x, open[next++]) : to.integer(size));
    }
    return to.vector(all);
  }

  private static Value broadcastTo(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    Shape sizes = call.shape();
    if (sizes.isKnown()) {
      return to.broadcastTo(x, to.ints(sizes.toArray()), sizes);
    }
    List<Value> all = new ArrayList<>();
    int missing = sizes.rank() - x.rank();
    for (int i = 0; i < sizes.rank(); i++) {
      long size = sizes.size(i);
      if (size == Shape.UNKNOWN && i < missing) {
        throw new Unsupported("has a size that nothing says, " + sizes);
      }
      all.add(size == Shape.UNKNOWN ? to.size(x, i - missing) : to.integer(size));
    }
    return to.broadcastTo(x, to.vector(all), sizes);
  }

  private static Value matchShape(OpCall call) {
    Value x = call.input();
    Shape like = call.input(1).shape();
    int missing = like.rank() - x.rank();
    boolean sums = missing < 0;
    for (int i = 0; !sums && i < x.rank(); i++) {
      sums = like.size(i + missing) == 1 && x.shape().size(i) != 1;
    }
    if (sums) {
      throw new Unsupported("sums over axes, as only gradients do");
    }
    return call.emitter().broadcastTo(x, call.emitter().sizes(call.input(1)), like);
  }

  private static Value concat(OpCall call) {
    int axis = call.shape().axis(call.number("axis"), "concat");
    return call.emitter().concat(axis, call.inputs(), call.output());
  }

  private static List<Value> split(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    int axis = call.number("axis");
    long[] sizes = call.attribute("sizes", long[].class);
    if (sizes.length == 1) {
      return List.of(x);
    }
    if (Arrays.stream(sizes).allMatch(size -> size == sizes[0] && size >= 0)) {
      return to.split(x, axis, sizes.length);
    }
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      parts.add(
          sizes[i] == Shape.UNKNOWN ? to.size(call.input(1 + i), axis) : to.integer(sizes[i]));
    }
    boolean known = Arrays.stream(sizes).allMatch(size -> size >= 0);
    NodeWriter node =
        to.node("SplitV", x, known ? to.ints(sizes) : to.vector(parts), to.integer(axis))
            .type("T", x.dtype())
            .type("Tlen", DType.INT32)
            .number("num_split", sizes.length);
    return IntStream.range(0, sizes.length)
        .mapToObj(i -> node.output("output", i, call.outputs().get(i)))
        .toList();
  }

  private static Value pad(OpCall call) {
    Emitter to = call.emitter();
    double value = call.attribute("value", Number.class).doubleValue();
    long[][] paddings =
        Arrays.stream(call.attribute("paddings", int[][].class))
            .map(ends -> Arrays.stream(ends).asLongStream().toArray())
            .toArray(long[][]::new);
    return to.pad(call.input(), paddings, to.like(call.input(), value), call.shape());
  }

  private static Value reverse(OpCall call) {
    Value x = call.input();
    TensorSpec spec = call.output();
    return call.emitter()
        .node("ReverseV2", x, call.emitter().ints(call.attribute("axes", int[].class)))
        .type("T", x.dtype())
        .type("Tidx", DType.INT32)
        .output("output", spec);
  }
}
