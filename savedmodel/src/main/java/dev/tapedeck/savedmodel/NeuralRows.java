package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Map;
import java.util.stream.LongStream;

/** Rows of pooling, softmax and attention. */
final class NeuralRows {
  private static final double MASKED = -2e38;

  private NeuralRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("MaxPool.1", Row.of(call -> pool(call, "MaxPool", Double.NEGATIVE_INFINITY)));
    rows.put("AveragePool.1", Row.of(NeuralRows::averagePool));
    rows.put("Softmax.1", Row.of(NeuralRows::softmax));
    rows.put("DotProductAttention.1", Row.of(NeuralRows::attention));
  }

  private static Value averagePool(OpCall call) {
    Window window = call.attribute("window", Window.class);
    if (window.axes().stream().anyMatch(axis -> axis.before() > 0 || axis.after() > 0)) {
      throw new Unsupported("has padding in numbers, " + window);
    }
    return pool(call, "AvgPool", 0);
  }

  private static Value pool(OpCall call, String op, double padding) {
    Emitter to = call.emitter();
    Window window = call.attribute("window", Window.class);
    Windows over = Windows.of(window);
    if (over.isDilated()) {
      throw new Unsupported("has a dilated window, " + window);
    }
    boolean line = window.rank() == 1;
    Value x = line ? to.expand(call.input(), 1) : call.input();
    Shape shape = call.shape();
    Shape output =
        line ? shape.slice(0, 1).concat(1).concat(shape.slice(1, shape.rank()).toArray()) : shape;
    Value made =
        to.node(over.rank() == 3 ? op + "3D" : op, over.padded(to, x, padding))
            .type("T", x.dtype())
            .numbers("ksize", over.sizes())
            .numbers("strides", over.strides())
            .text("padding", over.padding())
            .output("output", x.dtype(), output);
    return line ? to.squeeze(made, 1) : made;
  }

  private static Value softmax(OpCall call) {
    return call.flag("logarithm")
        ? call.emitter().unary("LogSoftmax", "logsoftmax", call.input())
        : call.emitter().unary("Softmax", "softmax", call.input());
  }

  private static Value attention(OpCall call) {
    Emitter to = call.emitter();
    int heads = call.input().rank() - 2;
    Value query = to.swapped(call.input(0), heads, heads - 1);
    long count = call.input(0).shape().size(heads);
    Value key = to.swapped(shared(to, call.input(1), heads, count), heads, heads - 1);
    Value value = to.swapped(shared(to, call.input(2), heads, count), heads, heads - 1);
    Shape pairs = query.shape().with(-1, key.shape().size(-2));
    Value product = to.matmul(query, key, false, true, new TensorSpec(call.dtype(), pairs));
    Value scores = to.mul(product, to.like(product, call.attribute("scale", Double.class)));
    Value allowed = allowed(call, query, key);
    if (allowed != null) {
      scores = to.select(allowed, scores, to.like(scores, MASKED));
    }
    Value weights = to.unary("Softmax", "softmax", scores);
    Shape made = query.shape().with(-1, value.shape().size(-1));
    Value means = to.matmul(weights, value, false, false, new TensorSpec(call.dtype(), made));
    return to.swapped(means, heads, heads - 1);
  }

  /** Returns keys or values of as many heads as the queries have, of which groups share one. */
  private static Value shared(Emitter to, Value x, int axis, long heads) {
    long own = x.shape().size(axis);
    if (own == heads) {
      return x;
    }
    if (own == Shape.UNKNOWN || heads == Shape.UNKNOWN) {
      throw new Unsupported("has an unknown number of heads");
    }
    long[] of = LongStream.range(0, heads).map(head -> head / (heads / own)).toArray();
    TensorSpec spec = new TensorSpec(x.dtype(), x.shape().with(axis, heads));
    return to.gather(x, to.ints(of), axis, spec);
  }

  private static Value allowed(OpCall call, Value query, Value key) {
    Emitter to = call.emitter();
    Value mask = call.inputs().size() > 3 ? call.input(3) : null;
    if (!call.flag("causal")) {
      return mask;
    }
    Value rows = to.expand(to.range(to.size(query, query.rank() - 2)), 1);
    Value columns = to.expand(to.range(to.size(key, key.rank() - 2)), 0);
    Value past = to.compare("GreaterEqual", rows, columns);
    return mask == null ? past : to.logical("LogicalAnd", mask, past);
  }
}
