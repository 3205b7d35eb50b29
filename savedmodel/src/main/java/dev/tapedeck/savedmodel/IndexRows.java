package dev.tapedeck.savedmodel;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows of ops that select, order and count elements. */
final class IndexRows {
  /** An op of the module layers, which has no name of its own in files. */
  private static final String ENCODE = "dev.tapedeck.layers.preprocessing.Encode";

  private IndexRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put(
        "Gather.1",
        Row.of(
            call ->
                call.emitter()
                    .gather(call.input(), indices(call, 1), call.number("axis"), call.output())));
    rows.put("GatherNd.1", Row.of(IndexRows::gatherNd));
    rows.put("TakeAlongAxis.1", Row.of(IndexRows::takeAlongAxis));
    rows.put("ScatterNd.1", Row.of(IndexRows::scatterNd));
    rows.put("ScatterUpdate.1", Row.of(IndexRows::scatterUpdate));
    rows.put("OneHot.1", Row.of(IndexRows::oneHot));
    rows.put(ENCODE, Row.of(IndexRows::encode));
    rows.put("NonZero.1", Row.of(IndexRows::nonZero));
    rows.put("ArgReduce.1", Row.of(IndexRows::argReduce));
    rows.put("Sort.1", Row.of(IndexRows::sort));
    rows.put("SearchSorted.1", Row.of(IndexRows::searchSorted));
    rows.put("Cumulate.1", Row.of(IndexRows::cumulate));
    rows.put("Unique.1", IndexRows::unique);
    rows.put("Bincount.1", Row.of(IndexRows::bincount));
    rows.put("SegmentSum.1", Row.of(call -> segments(call, "UnsortedSegmentSum")));
    rows.put("SegmentGather.1", Row.of(IndexRows::segmentGather));
    rows.put("SegmentExtremum.1", Row.of(IndexRows::segmentExtremum));
  }

  /** Returns an input of indices in a type that TensorFlow takes. */
  private static Value indices(OpCall call, int number) {
    Value indices = call.input(number);
    return indices.dtype() == DType.INT64 ? indices : call.emitter().cast(indices, DType.INT32);
  }

  private static Value gatherNd(OpCall call) {
    Value indices = indices(call, 1);
    return call.emitter()
        .node("GatherNd", call.input(), indices)
        .type("Tparams", call.input().dtype())
        .type("Tindices", indices.dtype())
        .output("output", call.output());
  }

  private static Value takeAlongAxis(OpCall call) {
    Emitter to = call.emitter();
    int axis = call.number("axis");
    int last = call.shape().rank() - 1;
    Value indices = indices(call, 1);
    boolean moved = axis != last;
    Value x = moved ? to.swapped(call.input(), axis, last) : call.input();
    Value at = moved ? to.swapped(indices, axis, last) : indices;
    Value taken =
        to.node("GatherV2", x, at, to.integer(last))
            .type("Tparams", x.dtype())
            .type("Tindices", at.dtype())
            .type("Taxis", DType.INT32)
            .number("batch_dims", last)
            .output("output", x.dtype(), at.shape());
    return moved ? to.swapped(taken, axis, last) : taken;
  }

  private static Value scatterNd(OpCall call) {
    Emitter to = call.emitter();
    Value at = indices(call, 0);
    Value updates = call.input(1);
    Value sizes =
        call.inputs().size() > 2 ? to.sizes(call.input(2)) : to.ints(call.shape().toArray());
    return to.node("ScatterNd", at, updates, to.cast(sizes, at.dtype()))
        .type("T", updates.dtype())
        .type("Tindices", at.dtype())
        .output("output", call.output());
  }

  private static Value scatterUpdate(OpCall call) {
    Value at = indices(call, 1);
    return call.emitter()
        .node("TensorScatterUpdate", call.input(), at, call.input(2))
        .type("T", call.dtype())
        .type("Tindices", at.dtype())
        .output("output", call.output());
  }

  private static Value oneHot(OpCall call) {
    return oneHot(call.emitter(), indices(call, 0), call.number("depth"), call.output());
  }

  private static Value oneHot(Emitter to, Value at, int depth, TensorSpec spec) {
    Value on = to.scalar(spec.dtype(), 1);
    Value off = to.scalar(spec.dtype(), 0);
    return to.node("OneHot", at, to.integer(depth), on, off)
        .type("T", spec.dtype())
        .type("TI", at.dtype())
        .number("axis", -1)
        .output("output", spec);
  }

  /** Returns vectors of ids, each of its own or joined along the last axis; none for id -1. */
  private static Value encode(OpCall call) {
    Emitter to = call.emitter();
    Value ids = indices(call, 0);
    int depth = call.number("depth");
    TensorSpec spec = new TensorSpec(call.dtype(), ids.shape().concat(depth));
    Value each = oneHot(to, ids, depth, spec);
    boolean weighted = call.inputs().size() > 1;
    Value vectors = weighted ? to.mul(each, to.expand(call.input(1), ids.rank())) : each;
    boolean joined = vectors.rank() > call.shape().rank();
    boolean highest = call.attribute("mode", Enum.class).name().equals("MULTI_HOT");
    return joined
        ? to.reduce(highest ? "Max" : "Sum", vectors, false, vectors.rank() - 2)
        : vectors;
  }

  private static Value nonZero(OpCall call) {
    return call.emitter()
        .node("Where", call.input())
        .type("T", call.input().dtype())
        .output("index", call.output());
  }

  private static Value argReduce(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    int axis = x.shape().axis(call.number("axis"), "export");
    return to.node(call.flag("largest") ? "ArgMax" : "ArgMin", x, to.integer(axis))
        .type("T", x.dtype())
        .type("Tidx", DType.INT32)
        .type("output_type", DType.INT32)
        .output("output", call.output());
  }

  /** Returns positions in order: those of the top elements, or of the top of the opposites. */
  private static Value sort(OpCall call) {
    Emitter to = call.emitter();
    int axis = call.number("axis");
    Value x = call.input();
    int last = x.rank() - 1;
    Value rows = axis == last ? x : to.swapped(x, axis, last);
    if (!call.flag("descending")) {
      rows = to.unary(x.dtype().isFloating() ? "Neg" : "Invert", "y", rows);
    }
    int count = call.number("count");
    Value most = count < 0 ? to.size(rows, last) : to.integer(count);
    Shape shape = rows.shape().with(last, call.shape().size(axis));
    Value found =
        to.node("TopKV2", rows, most)
            .type("T", x.dtype())
            .type("Tk", DType.INT32)
            .type("index_type", DType.INT32)
            .flag("sorted", true)
            .output("indices", DType.INT32, shape);
    return axis == last ? found : to.swapped(found, axis, last);
  }

  private static Value searchSorted(OpCall call) {
    Emitter to = call.emitter();
    Value sorted = call.input();
    Value values = call.input(1);
    boolean one = sorted.rank() == 1;
    long size = sorted.shape().size(-1);
    long each = values.shape().isScalar() ? 1 : values.shape().size(-1);
    if (size == Shape.UNKNOWN || (!one && each == Shape.UNKNOWN)) {
      throw new Unsupported("searches along an axis of unknown size");
    }
    Value rows = to.reshape(sorted, one ? 1 : -1, size);
    Value asked = one ? to.reshape(values, 1, -1) : to.reshape(values, -1, each);
    Value found =
        to.node(call.flag("right") ? "UpperBound" : "LowerBound", rows, asked)
            .type("T", values.dtype())
            .type("out_type", DType.INT32)
            .output("output", DType.INT32, asked.shape());
    return to.reshape(found, to.sizes(values), call.shape());
  }

  private static Value cumulate(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    boolean sum = call.attribute("combine", Primitive.class) == Primitive.ADD;
    return to.node(sum ? "Cumsum" : "Cumprod", x, to.integer(call.number("axis")))
        .type("T", x.dtype())
        .type("Tidx", DType.INT32)
        .flag("exclusive", call.flag("exclusive"))
        .flag("reverse", call.flag("reverse"))
        .output("out", call.output());
  }

  private static List<Value> unique(OpCall call) {
    Emitter to = call.emitter();
    Value x = call.input();
    NodeWriter node =
        to.node("UniqueWithCounts", x).type("T", x.dtype()).type("out_idx", DType.INT32);
    TensorSpec some = call.outputs().getFirst();
    Value numbers = node.output("idx", call.outputs().get(1));
    Value counts = node.output("count", some);
    Value first =
        to.node("UnsortedSegmentMin", to.range(to.size(x, 0)), numbers, to.size(counts, 0))
            .type("T", DType.INT32)
            .type("Tindices", DType.INT32)
            .type("Tnumsegments", DType.INT32)
            .output("output", some);
    return List.of(first, numbers, counts);
  }

  private static Value bincount(OpCall call) {
    Emitter to = call.emitter();
    Value numbers = to.reshape(to.cast(call.input(), DType.INT32), -1);
    Value highest = to.reduce("Max", numbers, false, 0);
    Value most = to.add(highest, to.integer(1));
    Value count = to.binary("Maximum", most, to.integer(call.number("minLength")));
    Value weights =
        call.inputs().size() > 1
            ? to.reshape(call.input(1), -1)
            : to.body().constant("none", DType.INT32, new int[0]);
    return to.node("DenseBincount", numbers, count, weights)
        .type("Tidx", DType.INT32)
        .type("T", weights.dtype())
        .output("output", call.output());
  }

  private static Object ofIds(OpCall call, String component) {
    Record ids = call.attribute("ids", Record.class);
    return Records.components(ids).get(Records.names(ids.getClass()).indexOf(component));
  }

  private static long segmentCount(OpCall call) {
    return (long) ofIds(call, "count");
  }

  /** Returns the rows of ids; 0 for a negative id where there may be one. */
  private static Value segmentGather(OpCall call) {
    Emitter to = call.emitter();
    Value ids = indices(call, 1);
    if ((boolean) ofIds(call, "all")) {
      return to.gather(call.input(), ids, 0, call.output());
    }
    Value found =
        to.gather(call.input(), to.binary("Maximum", ids, to.like(ids, 0)), 0, call.output());
    Value there = to.compare("LessEqual", to.like(ids, 0), ids);
    while (there.rank() < found.rank()) {
      there = to.expand(there, there.rank());
    }
    return to.select(there, found, to.like(found, 0));
  }

  private static Value segments(OpCall call, String op) {
    Emitter to = call.emitter();
    Value ids = indices(call, 1);
    return to.node(op, call.input(), ids, to.integer(segmentCount(call)))
        .type("T", call.input().dtype())
        .type("Tindices", ids.dtype())
        .type("Tnumsegments", DType.INT32)
        .output("output", call.output());
  }

  private static Value segmentExtremum(OpCall call) {
    Emitter to = call.emitter();
    String op = call.flag("largest") ? "UnsortedSegmentMax" : "UnsortedSegmentMin";
    Value found = segments(call, op);
    if (!call.flag("zero")) {
      return found;
    }
    Value ids = indices(call, 1);
    long count = segmentCount(call);
    Value met =
        to.node("UnsortedSegmentSum", ones(to, ids), ids, to.integer(count))
            .type("T", DType.INT32)
            .type("Tindices", ids.dtype())
            .type("Tnumsegments", DType.INT32)
            .output("output", DType.INT32, Shape.of(count));
    long[] column = IntStream.range(0, found.rank()).mapToLong(i -> i == 0 ? count : 1).toArray();
    Value any = to.compare("Less", to.integer(0), to.reshape(met, column));
    return to.select(any, found, to.like(found, 0));
  }

  private static Value ones(Emitter to, Value like) {
    return to.fill(to.sizes(like), to.integer(1), like.shape());
  }
}
