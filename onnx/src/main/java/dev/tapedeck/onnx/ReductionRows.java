package dev.tapedeck.onnx;

import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The forms of reductions, cumulative sums and orders. */
final class ReductionRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  static {
    ALL.put("Reduce.1", Row.one(ReductionRows::reduce));
    ALL.put("FiniteMax.1", Row.one(ReductionRows::finiteMax));
    ALL.put("ArgReduce.1", Row.one(ReductionRows::position));
    ALL.put("ChannelMoments.1", Row.one(ReductionRows::moments));
    ALL.put("Cumulate.1", Row.one(ReductionRows::cumulate));
    ALL.put("Sort.1", Row.one(ReductionRows::sort));
  }

  private ReductionRows() {}

  private static Value reduce(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    TensorSpec output = step.output();
    String type =
        switch (step.get("kind", Reduction.class)) {
          case SUM -> "ReduceSum";
          case MEAN -> "ReduceMean";
          case PROD -> "ReduceProd";
          case MAX -> "ReduceMax";
          case MIN -> "ReduceMin";
        };
    Value numbers = step.flag("ofBools") ? to.cast(x, DType.INT32) : to.wide(x);
    TensorSpec made = new TensorSpec(numbers.dtype(), output.shape());
    return to.cast(reduced(to, type, numbers, made, step.axes("axes")), output.dtype());
  }

  private static Value reduced(Emitter to, String type, Value x, TensorSpec output, int... axes) {
    if (axes.length == 0) {
      return x;
    }
    long keep = output.shape().rank() == x.rank() ? 1 : 0;
    long[] over = Arrays.stream(axes).asLongStream().toArray();
    return to.node(type, output, Map.of("keepdims", keep), x, to.longs(over));
  }

  private static Value moments(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    TensorSpec made = new TensorSpec(x.dtype(), step.output().shape().with(0, 1));
    Value matrix =
        to.node(
            "Reshape",
            new TensorSpec(x.dtype(), Shape.of(Shape.UNKNOWN, made.shape().size(1))),
            x,
            to.longs(-1, made.shape().size(1)));
    Value mean = reduced(to, "ReduceMean", matrix, made, 0);
    Value distance = to.pointwise("Sub", matrix, mean);
    Value variance = reduced(to, "ReduceMean", to.pointwise("Mul", distance, distance), made, 0);
    return to.node("Concat", step.output(), Map.of("axis", 0L), mean, variance);
  }

  /** Writes the largest element, 0 where that is not finite: times 0 it would be NaN. */
  private static Value finiteMax(Emitter to, Step step, List<Value> in) {
    Value most = reduced(to, "ReduceMax", in.getFirst(), step.output(), step.axes("axes"));
    Value zero = to.like(most, 0);
    Value finite = to.test("Equal", to.pointwise("Mul", most, zero), zero);
    return to.where(finite, most, zero);
  }

  private static Value position(Emitter to, Step step, List<Value> in) {
    TensorSpec made = new TensorSpec(DType.INT64, step.output().shape());
    Value position =
        to.node(
            step.flag("largest") ? "ArgMax" : "ArgMin",
            made,
            Map.of("axis", (long) step.integer("axis"), "keepdims", 0L),
            in.getFirst());
    return to.cast(position, step.output().dtype());
  }

  private static Value cumulate(Emitter to, Step step, List<Value> in) {
    if (!step.constant("combine").equals("ADD")) {
      throw to.refused(step, "needs a sum", "a product", "sum logarithms, or export before it");
    }
    Value numbers = to.wide(in.getFirst());
    Value sums =
        to.node(
            "CumSum",
            numbers.spec(),
            Map.of(
                "exclusive",
                step.flag("exclusive") ? 1L : 0L,
                "reverse",
                step.flag("reverse") ? 1L : 0L),
            numbers,
            to.integer(step.integer("axis")));
    return to.cast(sums, step.output().dtype());
  }

  private static Value sort(Emitter to, Step step, List<Value> in) {
    Value x = in.getFirst();
    int axis = step.integer("axis");
    int count = step.integer("count");
    long size = x.shape().size(axis);
    if (count < 0 && size == Shape.UNKNOWN) {
      throw to.refused(step, "needs a known size of axis " + axis, x.shape(), "use topK");
    }
    Shape shape = step.output().shape();
    List<Value> made =
        to.nodes(
            "TopK",
            List.of(new TensorSpec(x.dtype(), shape), new TensorSpec(DType.INT64, shape)),
            Map.of("axis", (long) axis, "largest", step.flag("descending") ? 1L : 0L, "sorted", 1L),
            x,
            to.longs(count < 0 ? size : count));
    return to.cast(made.get(1), step.output().dtype());
  }
}
