package dev.tapedeck.onnx;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The forms of ops that rearrange elements. */
final class ArrayRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  static {
    for (String same :
        List.of(
            "Identity.1",
            "Alias.1",
            "Contiguous.1",
            "WithMask.1",
            "CheckSizes.1",
            "CheckRange.1",
            "VariableValue.1")) {
      ALL.put(same, Row.one((to, step, in) -> in.getFirst()));
    }
    ALL.put("Cast.1", Row.one((to, step, in) -> to.cast(in.getFirst(), step.output().dtype())));
    ALL.put("Reshape.1", Row.one(ArrayRows::reshape));
    ALL.put(
        "Transpose.1", Row.one((to, step, in) -> to.transpose(in.getFirst(), step.axes("order"))));
    ALL.put("BroadcastTo.1", Row.one(ArrayRows::broadcastTo));
    ALL.put("MatchShape.1", Row.one(ArrayRows::matchShape));
    ALL.put("Count.1", Row.one(ArrayRows::count));
    ALL.put(
        "Concat.1",
        Row.one(
            (to, step, in) ->
                to.node(
                    "Concat",
                    step.output(),
                    Map.of("axis", (long) step.integer("axis")),
                    in.toArray(Value[]::new))));
    ALL.put("Split.1", ArrayRows::split);
    ALL.put("Pad.1", Row.one(ArrayRows::pad));
    ALL.put("Repeat", Row.one(ArrayRows::repeat));
    ALL.put("Reverse.1", Row.one((to, step, in) -> to.reverse(in.getFirst(), step.axes("axes"))));
  }

  private ArrayRows() {}

  private static long unknown(Shape shape) {
    return Arrays.stream(shape.toArray()).filter(size -> size == Shape.UNKNOWN).count();
  }

  private static Value reshape(Emitter to, Step step, List<Value> in) {
    Shape target = step.output().shape();
    Value x = in.getFirst();
    if (x.shape().equals(target) && unknown(target) <= 1) {
      return x;
    }
    if (x.isConstant()) {
      return Constants.reshaped(x, target);
    }
    int[] added = added(x.shape(), target);
    if (added != null && unknown(target) > 1) {
      return to.unsqueeze(x, added);
    }
    int[] removed = added(target, x.shape());
    if (removed != null && unknown(target) > 1) {
      return to.squeeze(x, removed);
    }
    Optional<?> from = step.get("from", Optional.class);
    Value sizes =
        unknown(target) <= 1
            ? to.longs(sizes(x.shape(), target))
            : carried(to, x, (Shape) from.orElseThrow(), target);
    return to.node("Reshape", step.output(), x, sizes);
  }

  /** Returns the axes of size 1 that one shape has more than another; null if they differ else. */
  private static int[] added(Shape from, Shape to) {
    List<Integer> added = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < to.rank(); axis++) {
      if (next < from.rank() && from.size(next) == to.size(axis)) {
        next++;
      } else if (to.size(axis) == 1) {
        added.add(axis);
      } else {
        return null;
      }
    }
    return next == from.rank() && !added.isEmpty()
        ? added.stream().mapToInt(Integer::intValue).toArray()
        : null;
  }

  /** Returns sizes with a 0 for a batch that stays, and -1 for another unknown size. */
  private static long[] sizes(Shape from, Shape target) {
    long[] sizes = target.toArray();
    boolean batch =
        from.rank() > 0
            && target.rank() > 0
            && from.size(0) == Shape.UNKNOWN
            && target.size(0) == Shape.UNKNOWN
            && unknown(from) == 1
            && from.with(0, 1).count() == target.with(0, 1).count();
    if (batch) {
      sizes[0] = 0;
    }
    return sizes;
  }

  /** Returns sizes of which several are those of the input's axes. */
  private static Value carried(Emitter to, Value x, Shape from, Shape target) {
    List<Integer> open = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      if (from.size(axis) == Shape.UNKNOWN) {
        open.add(axis);
      }
    }
    long[] sizes = target.toArray();
    int next = 0;
    boolean inferred = false;
    boolean constant = true;
    int[] source = new int[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      source[i] = -1;
      if (sizes[i] == Shape.UNKNOWN) {
        source[i] = open.get(next++);
        if (source[i] == i) {
          sizes[i] = 0;
        } else if (!inferred) {
          inferred = true;
        } else {
          constant = false;
        }
      }
    }
    if (constant) {
      return to.longs(sizes);
    }
    Value shape = to.shapeOf(x);
    Value[] parts = new Value[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      parts[i] =
          source[i] < 0
              ? to.longs(sizes[i])
              : to.node(
                  "Gather",
                  new TensorSpec(DType.INT64, Shape.of(1)),
                  Map.of("axis", 0L),
                  shape,
                  to.longs(source[i]));
    }
    return to.node(
        "Concat", new TensorSpec(DType.INT64, Shape.of(sizes.length)), Map.of("axis", 0L), parts);
  }

  private static Value broadcastTo(Emitter to, Step step, List<Value> in) {
    // A size of 1 leaves that of the tensor.
    long[] sizes =
        Arrays.stream(step.get("to", Shape.class).toArray())
            .map(size -> size == Shape.UNKNOWN ? 1 : size)
            .toArray();
    return to.expand(in.getFirst(), step.output(), to.longs(sizes));
  }

  private static Value matchShape(Emitter to, Step step, List<Value> in) {
    Value x = in.get(0);
    Shape like = in.get(1).shape();
    int missing = like.rank() - x.rank();
    boolean broadcasts = missing >= 0;
    boolean same = missing == 0;
    for (int i = 0; broadcasts && i < x.rank(); i++) {
      long size = x.shape().size(i);
      broadcasts = size == 1 || (size == like.size(i + missing) && size != Shape.UNKNOWN);
      same &= size == like.size(i + missing) && size != Shape.UNKNOWN;
    }
    if (!broadcasts) {
      throw to.refused(
          step,
          "needs a tensor that broadcasts to " + like,
          x.shape(),
          "sums over axes of unknown sizes have no form in ONNX");
    }
    return same ? x : to.expand(x, step.output(), to.shapeOf(in.get(1)));
  }

  private static Value count(Emitter to, Step step, List<Value> in) {
    int[] axes = step.axes("axes");
    Value chosen =
        to.node(
            "Gather",
            new TensorSpec(DType.INT64, Shape.of(axes.length)),
            Map.of("axis", 0L),
            to.shapeOf(in.getFirst()),
            to.longs(Arrays.stream(axes).asLongStream().toArray()));
    Value product =
        to.node(
            "ReduceProd", new TensorSpec(DType.INT64, Shape.of()), Map.of("keepdims", 0L), chosen);
    return to.cast(product, step.output().dtype());
  }

  private static List<Value> split(Emitter to, Step step, List<Value> in) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < step.node().outputs().size(); i++) {
      specs.add(step.output(i));
    }
    return to.nodes(
        "Split",
        specs,
        Map.of("axis", (long) step.integer("axis")),
        in.getFirst(),
        to.longs((long[]) step.attributes().get("sizes")));
  }

  private static Value pad(Emitter to, Step step, List<Value> in) {
    int[][] paddings = step.get("paddings", int[][].class);
    long[] pads = new long[2 * paddings.length];
    for (int i = 0; i < paddings.length; i++) {
      pads[i] = paddings[i][0];
      pads[paddings.length + i] = paddings[i][1];
    }
    Value x = in.getFirst();
    double value = step.number("value");
    return value == 0
        ? to.node("Pad", step.output(), x, to.longs(pads))
        : to.node("Pad", step.output(), x, to.longs(pads), to.like(x, value));
  }

  /** Writes elements repeated along axes, as images of twice the size are. */
  private static Value repeat(Emitter to, Step step, List<Value> in) {
    long[] times = step.get("times", long[].class);
    float[] scales = new float[times.length];
    for (int i = 0; i < times.length; i++) {
      scales[i] = times[i];
    }
    Map<String, Object> nearest =
        Map.of(
            "mode",
            "nearest",
            "coordinate_transformation_mode",
            "asymmetric",
            "nearest_mode",
            "floor");
    return to.node("Resize", step.output(), nearest, in.getFirst(), null, to.floats(scales));
  }
}
