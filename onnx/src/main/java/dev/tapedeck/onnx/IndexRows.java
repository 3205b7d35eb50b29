package dev.tapedeck.onnx;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Selection;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The forms of ops that select by index. */
final class IndexRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  static {
    ALL.put("Slice.1", Row.one(IndexRows::slice));
    ALL.put(
        "Gather.1", Row.one((to, step, in) -> gather(to, step.output(), in, step.integer("axis"))));
    ALL.put("SegmentGather.1", Row.one(IndexRows::rows));
    ALL.put(
        "GatherNd.1",
        Row.one(
            (to, step, in) ->
                to.node("GatherND", step.output(), in.get(0), to.cast(in.get(1), DType.INT64))));
    ALL.put(
        "TakeAlongAxis.1",
        Row.one(
            (to, step, in) ->
                to.node(
                    "GatherElements",
                    step.output(),
                    Map.of("axis", (long) step.integer("axis")),
                    in.get(0),
                    indices(to, in.get(1)))));
    ALL.put("OneHot.1", Row.one((to, step, in) -> oneHot(to, in.getFirst(), step.output())));
    ALL.put("SearchSorted.1", Row.one(IndexRows::searchSorted));
    ALL.put("dev.tapedeck.layers.preprocessing.Encode", Row.one(IndexRows::encode));
    ALL.put("ScatterNd.1", Row.one(IndexRows::scatter));
    ALL.put(
        "ScatterUpdate.1",
        Row.one(
            (to, step, in) ->
                to.node(
                    "ScatterND",
                    step.output(),
                    in.get(0),
                    to.cast(in.get(1), DType.INT64),
                    in.get(2))));
    ALL.put("NonZero.1", Row.one(IndexRows::nonZero));
  }

  private IndexRows() {}

  /** Returns indices in a type that ONNX takes. */
  private static Value indices(Emitter to, Value given) {
    return given.dtype() == DType.INT32 ? given : to.cast(given, DType.INT64);
  }

  private static Value gather(Emitter to, TensorSpec output, List<Value> in, int axis) {
    return to.node(
        "Gather", output, Map.of("axis", (long) axis), in.get(0), indices(to, in.get(1)));
  }

  private static Value rows(Emitter to, Step step, List<Value> in) {
    Record ids = (Record) step.attributes().get("ids");
    if (!Records.components(ids).getLast().equals(true)) {
      throw to.refused(step, "needs ids of 0 or more", ids, "it is part of a gradient");
    }
    return gather(to, step.output(), in, 0);
  }

  /** What a slice does with an input's axes, and with new ones. */
  private static final class Slicing {
    final List<Long> starts = new ArrayList<>();
    final List<Long> ends = new ArrayList<>();
    final List<Long> axes = new ArrayList<>();
    final List<Long> steps = new ArrayList<>();
    final List<Integer> single = new ArrayList<>();
    final List<Integer> added = new ArrayList<>();
    private int axis;
    private int made;

    void take(Index index, int rest) {
      switch (index) {
        case Index.At(long position) -> {
          range(position, position == -1 ? Long.MAX_VALUE : position + 1, 1);
          single.add(axis++);
        }
        case Index.Range(Long start, Long stop, long step) -> {
          if (start != null || stop != null || step != 1) {
            long open = step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE + 1;
            range(
                start != null ? start : step > 0 ? 0 : Long.MAX_VALUE,
                stop != null ? stop : open,
                step);
          }
          axis++;
          made++;
        }
        case Index.Mark mark when mark == Index.Mark.NEW_AXIS -> added.add(made++);
        case Index.Mark _ -> {
          axis += rest;
          made += rest;
        }
      }
    }

    private void range(long start, long end, long step) {
      starts.add(start);
      ends.add(end);
      axes.add((long) axis);
      steps.add(step);
    }
  }

  private static Value slice(Emitter to, Step step, List<Value> in) {
    List<?> indices = step.get("indices", List.class);
    Value x = in.getFirst();
    Value last = to.graph().last(step.inputs().getFirst());
    if (last != null && indices.equals(List.of(new Index.At(-1)))) {
      return last;
    }
    long taken = indices.stream().filter(index -> !(index instanceof Index.Mark)).count();
    Slicing slicing = new Slicing();
    indices.forEach(index -> slicing.take((Index) index, x.rank() - (int) taken));
    boolean one = slicing.single.size() == 1 && slicing.axes.size() == 1 && slicing.added.isEmpty();
    if (one) {
      int axis = slicing.single.getFirst();
      long position = slicing.starts.getFirst();
      Value at = to.integer(position);
      return to.node("Gather", step.output(), Map.of("axis", (long) axis), x, at);
    }
    Value part = slicing.axes.isEmpty() ? x : part(to, x, slicing);
    Value chosen = slicing.single.isEmpty() ? part : to.squeeze(part, ints(slicing.single));
    return slicing.added.isEmpty() ? chosen : to.unsqueeze(chosen, ints(slicing.added));
  }

  private static Value part(Emitter to, Value x, Slicing slicing) {
    Shape shape = x.shape();
    for (int i = 0; i < slicing.axes.size(); i++) {
      int axis = slicing.axes.get(i).intValue();
      long size = shape.size(axis);
      Index index =
          new Index.Range(slicing.starts.get(i), bound(slicing.ends.get(i)), slicing.steps.get(i));
      shape =
          shape.with(
              axis,
              slicing.single.contains(axis)
                  ? 1
                  : size == Shape.UNKNOWN ? size : count(index, size));
    }
    boolean plain = slicing.steps.stream().allMatch(step -> step == 1);
    Value starts = longs(to, slicing.starts);
    Value ends = longs(to, slicing.ends);
    Value axes = longs(to, slicing.axes);
    TensorSpec spec = new TensorSpec(x.dtype(), shape);
    return plain
        ? to.node("Slice", spec, x, starts, ends, axes)
        : to.node("Slice", spec, x, starts, ends, axes, longs(to, slicing.steps));
  }

  private static Long bound(long end) {
    return end == Long.MAX_VALUE || end == Long.MIN_VALUE + 1 ? null : end;
  }

  private static long count(Index range, long size) {
    return Selection.shape(Shape.of(size), List.of(range)).size(0);
  }

  private static Value longs(Emitter to, List<Long> numbers) {
    return to.longs(numbers.stream().mapToLong(Long::longValue).toArray());
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Writes vectors {@code [.., depth]} of a 1 at each id, for ids of 0 or more. */
  private static Value oneHot(Emitter to, Value given, TensorSpec output) {
    Value ids = indices(to, given);
    long depth = output.shape().size(-1);
    Value places =
        to.graph()
            .constants()
            .of(
                "constant",
                (EagerTensor) Dispatch.eagerly(() -> Creation.range(0, depth, 1, ids.dtype())));
    return to.cast(to.test("Equal", to.unsqueeze(ids, ids.rank()), places), output.dtype());
  }

  /** Writes vectors of ids, one for each or one for all along the last axis. */
  private static Value encode(Emitter to, Step step, List<Value> in) {
    Value ids = in.getFirst();
    String mode = step.constant("mode");
    TensorSpec output = step.output();
    Shape shape = ids.shape().concat(output.shape().size(-1));
    Value each = oneHot(to, ids, new TensorSpec(output.dtype(), shape));
    boolean weighted = in.size() > 1;
    if (weighted && !mode.equals("COUNT")) {
      throw to.refused(step, "adds weights up in the mode COUNT", mode, "leave them out");
    }
    if (mode.equals("ONE_HOT") || ids.rank() == 0) {
      return each;
    }
    Value counted =
        weighted ? to.pointwise("Mul", each, to.unsqueeze(in.get(1), ids.rank())) : each;
    return to.node(
        mode.equals("MULTI_HOT") ? "ReduceMax" : "ReduceSum",
        output,
        Map.of("keepdims", 0L),
        counted,
        to.longs(ids.rank() - 1));
  }

  private static Value searchSorted(Emitter to, Step step, List<Value> in) {
    Value sorted = in.get(0);
    if (sorted.rank() != 1) {
      throw to.refused(step, "needs one sorted vector", sorted.shape(), "search in one at a time");
    }
    Value x = to.unsqueeze(in.get(1), in.get(1).rank());
    // NaN, which no comparison is true of, belongs after all.
    Value after = to.test(step.flag("right") ? "Less" : "LessOrEqual", x, sorted);
    Value before = to.test("Not", after);
    return to.node(
        "ReduceSum",
        step.output(),
        Map.of("keepdims", 0L),
        to.cast(before, DType.INT32),
        to.longs(-1));
  }

  private static Value scatter(Emitter to, Step step, List<Value> in) {
    TensorSpec output = step.output();
    Value sizes = in.size() > 2 ? to.shapeOf(in.get(2)) : to.longs(output.shape().toArray());
    Value zeros = to.expand(to.number(0, output.dtype()), output, sizes);
    return to.node(
        "ScatterND",
        output,
        Map.of("reduction", "add"),
        zeros,
        to.cast(in.get(0), DType.INT64),
        in.get(1));
  }

  private static Value nonZero(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    Shape found = Shape.of(x.rank(), Shape.UNKNOWN);
    Value places = to.node("NonZero", new TensorSpec(DType.INT64, found), x);
    return to.cast(to.transpose(places, 1, 0), step.output().dtype());
  }
}
