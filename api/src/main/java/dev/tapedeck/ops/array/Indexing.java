package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.CheckRange;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.SingleOutputOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Indexing: slices, which are views, and elements gathered by index. */
public final class Indexing {
  private Indexing() {}

  /**
   * Returns a part of a tensor, as Python's {@code x[indices]}: whole numbers, ranges, {@link
   * Index#ELLIPSIS} and {@link Index#NEW_AXIS}. It is a view; nothing is copied.
   *
   * @throws IllegalArgumentException if there are more indices than axes, or a position is out of
   *     range
   */
  public static Tensor get(Object x, Object... indices) {
    return new Slice("get", Index.list(indices)).applyTo(Operands.tensor(x));
  }

  /**
   * Returns a part of a tensor: along each axis, {@code size} elements from {@code begin} on; a
   * size of -1 takes all that remain.
   *
   * @throws IllegalArgumentException if there is not one of each per axis, or the part is out of
   *     range
   */
  public static Tensor slice(Object x, long[] begin, long[] size) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    Index[] ranges = new Index[begin.length];
    boolean inside = begin.length == shape.rank() && size.length == shape.rank();
    for (int i = 0; inside && i < ranges.length; i++) {
      boolean all = begin[i] == 0 && size[i] == -1; // also of an unknown size
      long count = size[i] == -1 && begin[i] >= 0 ? shape.size(i) - begin[i] : size[i];
      inside = all || (begin[i] >= 0 && count >= 0 && begin[i] <= shape.size(i) - count);
      ranges[i] = all || !inside ? Index.ALL : Index.range(begin[i], begin[i] + count);
    }
    if (!inside) {
      throw Refusal.of(
          "slice",
          "begin and size must lie within shape " + shape,
          Arrays.toString(begin) + " and " + Arrays.toString(size),
          "give both for each axis, with sums of at most its size; a size of -1 takes the rest");
    }
    return new Slice("slice", List.of(ranges)).applyTo(tensor);
  }

  /** Returns {@code size} elements from {@code begin} on along one axis. */
  public static Tensor narrow(Object x, int axis, long begin, long size) {
    Tensor tensor = Operands.tensor(x);
    long[] begins = new long[tensor.shape().rank()];
    long[] sizes = tensor.shape().toArray();
    int along = tensor.shape().axis(axis, "narrow");
    begins[along] = begin;
    sizes[along] = size;
    return slice(tensor, begins, sizes);
  }

  /**
   * Returns the slices along an axis that whole-number indices name: the result has the indices'
   * shape in that axis's place. Gradients of repeated indices add up.
   *
   * @throws IllegalArgumentException if an index is negative or too large
   */
  public static Tensor gather(Object x, Object indices, int axis) {
    Tensor tensor = Operands.tensor(x);
    return new Gather(tensor.shape().axis(axis, "gather"))
        .applyTo(tensor, Operands.tensor(indices));
  }

  /**
   * Returns the rows of a table {@code [rows, ..]} that whole-number ids name. Gradients of
   * repeated ids add up.
   *
   * @throws IllegalArgumentException if an id is negative or too large
   */
  public static Tensor embeddingLookup(Object table, Object ids) {
    Tensor rows = Operands.tensor(table);
    if (rows.shape().isScalar()) {
      throw Refusal.of(
          "embeddingLookup", "needs a table [rows, ..]", "a scalar", "give a row for each id");
    }
    if (rows.shape().size(0) == Shape.UNKNOWN) {
      throw Checks.unknown("embeddingLookup", "the number of rows of the table", rows.shape());
    }
    return new SegmentOps.SegmentGather(
            new SegmentOps.Ids("embeddingLookup", "rows", rows.shape().size(0), true))
        .applyTo(rows, Operands.tensor(ids));
  }

  /**
   * Returns the positions where a tensor is not 0, or true: int64 {@code [count, rank]}, in
   * row-major order.
   */
  public static Tensor nonZero(Object x) {
    return new NonZero().applyTo(Operands.tensor(x));
  }

  /**
   * Returns the slices of {@code x} where a mask is true, along a new first axis; the mask has the
   * shape of the first axes of {@code x}.
   *
   * @throws IllegalArgumentException if the mask is not bool, is a scalar, or its shape differs
   */
  public static Tensor booleanMask(Object x, Object mask) {
    Tensor tensor = Operands.tensor(x);
    Tensor where = Operands.tensor(mask);
    int rank = where.shape().rank();
    boolean fits = rank > 0 && rank <= tensor.shape().rank();
    if (where.dtype() != DType.BOOL
        || !fits
        || !tensor.shape().slice(0, rank).fits(where.shape())) {
      throw Refusal.of(
          "booleanMask",
          "needs a bool mask of the first axes of " + tensor.shape(),
          where.spec(),
          "compare or reshape the mask to make it one");
    }
    int[] axes = IntStream.range(0, rank).toArray();
    Tensor fitting = CheckSizes.check("booleanMask", "the mask", where, axes, tensor, axes);
    return Scattering.gatherNd(tensor, nonZero(fitting));
  }

  /**
   * Returns one-hot vectors along a new last axis: 1 at the index and 0 elsewhere.
   *
   * @throws IllegalArgumentException if an index is negative or not below {@code depth}
   */
  public static Tensor oneHot(Object indices, int depth, DType dtype) {
    return new OneHot(depth, dtype).applyTo(Operands.tensor(indices));
  }

  /**
   * Returns the indices, one tensor for each axis, of elements that are counted in row-major order
   * in a shape.
   *
   * @throws IllegalArgumentException if the positions are not whole numbers, or outside the shape
   */
  public static List<Tensor> unravelIndex(Object positions, long... shape) {
    Shape whole = Shape.of(shape);
    if (!whole.isKnown()) {
      throw Refusal.of(
          "unravelIndex", "needs sizes of 0 or more", whole, "give what was flattened");
    }
    Tensor numbers =
        new CheckRange(
                "unravelIndex", "positions", 0, whole.count() - 1, "give the shape they count in")
            .applyTo(Operands.tensor(positions));
    Tensor rest = numbers.cast(DType.INT64);
    List<Tensor> indices = new ArrayList<>();
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      indices.addFirst(Maths.mod(rest, shape[axis]).cast(numbers.dtype()));
      rest = Maths.floorDiv(rest, shape[axis]);
    }
    return indices;
  }

  private record NonZero() implements SingleOutputOp {
    @Override
    public String name() {
      return "nonZero";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return new TensorSpec(DType.INT64, Shape.of(Shape.UNKNOWN, inputs[0].shape().rank()));
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor x = inputs[0].dense();
      MemorySegment from = x.elements();
      long count = 0;
      for (long i = 0; i < x.shape().count(); i++) {
        count += Elements.getDouble(x.dtype(), from, i) != 0 ? 1 : 0;
      }
      int rank = x.shape().rank();
      EagerTensor positions =
          EagerTensor.allocate(new TensorSpec(DType.INT64, Shape.of(count, rank)));
      MemorySegment to = positions.elements();
      long[] strides = x.shape().strides();
      long at = 0;
      for (long i = 0; i < x.shape().count(); i++) {
        if (Elements.getDouble(x.dtype(), from, i) != 0) {
          for (int axis = 0; axis < rank; axis++) {
            to.setAtIndex(Elements.LONG, at++, i / strides[axis] % x.shape().size(axis));
          }
        }
      }
      return new EagerTensor[] {positions};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  private record OneHot(int depth, DType dtype) implements SimpleOp {
    OneHot {
      Objects.requireNonNull(dtype, "oneHot: dtype");
    }

    @Override
    public String name() {
      return "oneHot";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.wholeNumbers(name(), inputs[0]);
      Checks.atLeast("oneHot", "depth", 1, depth, "give the number of classes");
      return new TensorSpec(dtype, inputs[0].shape().concat(depth));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor indices = inputs[0].dense();
      MemorySegment where = indices.elements();
      MemorySegment to = output.elements().fill((byte) 0);
      for (long i = 0; i < indices.shape().count(); i++) {
        Elements.setLong(
            dtype, to, i * depth + IndexWalk.index(name(), indices, where, i, depth), 1);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }
}
