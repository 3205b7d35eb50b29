package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Sorting along an axis, and searching in sorted elements. NaN counts as larger than any number, as
 * in NumPy; equal elements keep their order.
 */
public final class Sorting {
  private static final int ALL = -1;

  private Sorting() {}

  /**
   * The largest elements.
   *
   * @param values the elements, the largest first
   * @param indices their positions along the last axis, int32
   */
  public record TopK(Tensor values, Tensor indices) {}

  /** Returns the elements in ascending order along an axis. */
  public static Tensor sort(Object x, int axis) {
    return sort(x, axis, false);
  }

  /** Returns the elements in ascending or descending order along an axis. */
  public static Tensor sort(Object x, int axis, boolean descending) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "sort");
    Tensor order = new Sort("sort", along, descending, ALL).applyTo(tensor);
    return Scattering.takeAlongAxis(tensor, order, along);
  }

  /** Returns the first elements of the last axis in ascending or descending order. */
  static Tensor first(Tensor x, int count, boolean descending) {
    int last = x.shape().rank() - 1;
    Tensor order = new Sort("sort", last, descending, count).applyTo(x);
    return Scattering.takeAlongAxis(x, order, last);
  }

  /** Returns the positions, int32, of the elements in ascending order along an axis. */
  public static Tensor argsort(Object x, int axis) {
    return argsort(x, axis, false);
  }

  /**
   * Returns the positions, int32, of the elements in ascending or descending order along an axis.
   */
  public static Tensor argsort(Object x, int axis, boolean descending) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "argsort");
    return new Sort("argsort", along, descending, ALL).applyTo(tensor);
  }

  /**
   * Returns the {@code k} largest elements along the last axis; of equal ones the first come first.
   *
   * @throws IllegalArgumentException if the axis has fewer
   */
  public static TopK topK(Object x, int k) {
    Tensor tensor = Operands.tensor(x);
    int last = tensor.shape().axis(-1, "topK");
    Checks.atLeast("topK", "k", 0, k, "give the number of elements to keep");
    Tensor order = new Sort("topK", last, true, k).applyTo(tensor);
    return new TopK(Scattering.takeAlongAxis(tensor, order, last), order);
  }

  /** Returns the positions at which values belong in a sorted last axis, before equal elements. */
  public static Tensor searchSorted(Object sorted, Object values) {
    return searchSorted(sorted, values, false);
  }

  /**
   * Returns the positions, int32, at which inserting values into a sorted last axis keeps it
   * sorted: {@code [.., n], [.., m] -> [.., m]}, or any values into one vector. Whether it is
   * sorted is not checked.
   *
   * @param right whether a value goes after equal elements, rather than before them
   * @throws IllegalArgumentException if the types or the axes before the last differ
   */
  public static Tensor searchSorted(Object sorted, Object values, boolean right) {
    return new SearchSorted(right).applyTo(Operands.alike("searchSorted", sorted, values));
  }

  /**
   * Returns for each element whether it is among values; NaN is not.
   *
   * @throws IllegalArgumentException if the types differ, or are not numeric
   */
  public static Tensor isIn(Object x, Object values) {
    Tensor[] both = Operands.alike("isIn", x, values);
    Checks.numeric("isIn", Checks.same("isIn", both[0].spec(), both[1].spec()));
    Tensor sorted = sort(Shaping.reshape(both[1], -1), 0);
    Tensor found =
        Logic.greater(searchSorted(sorted, both[0], true), searchSorted(sorted, both[0]));
    return Logic.logicalAnd(found, Logic.equal(both[0], both[0]));
  }

  /** The positions of the first {@code count} elements in order. */
  private record Sort(String name, int axis, boolean descending, int count) implements SimpleOp {
    Sort {
      Objects.requireNonNull(name, "sort: name");
      if (count < ALL) {
        throw Refusal.of(
            name, "the number of elements must be 0 or more", count, "give -1 for all");
      }
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.numeric(name, inputs[0].dtype());
      Shape shape = inputs[0].shape();
      Checks.axis(this, axis, shape);
      AxisLines.checkInt32(name, shape, axis);
      if (count > shape.size(axis) && shape.size(axis) != Shape.UNKNOWN) {
        throw Refusal.of(
            name, "the last axis must have " + count + " elements or more", shape, "ask for fewer");
      }
      return new TensorSpec(DType.INT32, count == ALL ? shape : shape.with(axis, count));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor x = inputs[0].dense();
      AxisLines from = AxisLines.along(axis, x.shape());
      AxisLines to = AxisLines.along(axis, output.shape());
      from.parallel(kernels, lane -> order(x, from, to, lane, output.elements()));
    }

    private void order(
        EagerTensor x, AxisLines from, AxisLines to, long lane, MemorySegment positions) {
      int[] order = order(x, from, lane, (int) to.size());
      long start = to.start(lane);
      if (to.step() == 1) {
        MemorySegment.copy(order, 0, positions, Elements.INT, 4 * start, (int) to.size());
        return;
      }
      for (int j = 0; j < to.size(); j++) {
        positions.setAtIndex(Elements.INT, start + j * to.step(), order[j]);
      }
    }

    private int[] order(EagerTensor x, AxisLines lines, long lane, int most) {
      long start = lines.start(lane);
      boolean floats = x.dtype() == DType.FLOAT32 && lines.step() == 1;
      if (floats && descending && LargestFloats.suits(most, lines.size())) {
        return LargestFloats.of(x.elements(), start, (int) lines.size(), most);
      }
      long[] keys = Ordering.keys(x, start, lines.step(), lines.size());
      for (int j = 0; descending && j < keys.length; j++) {
        keys[j] = ~keys[j];
      }
      return Ordering.first(most, keys);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  private record SearchSorted(boolean right) implements SimpleOp {
    @Override
    public String name() {
      return "searchSorted";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Shape sorted = inputs[0].shape();
      Shape values = inputs[1].shape();
      Checks.numeric(name(), Checks.same(name(), inputs));
      int last = sorted.rank() - 1;
      boolean fits =
          last == 0
              || (last > 0
                  && values.rank() == sorted.rank()
                  && values.slice(0, last).equals(sorted.slice(0, last)));
      if (!fits) {
        throw Refusal.of(
            "searchSorted",
            "the axes before the last must be equal",
            "sorted " + sorted + " and values " + values,
            "broadcast them, or give sorted as one vector");
      }
      AxisLines.checkInt32(name(), sorted, last);
      return new TensorSpec(DType.INT32, values);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor sorted = inputs[0].dense();
      EagerTensor values = inputs[1].dense();
      DType dtype = values.dtype();
      long size = sorted.shape().size(-1);
      boolean one = sorted.shape().rank() == 1;
      long each = one ? values.shape().count() : values.shape().size(-1);
      long[] keys = {};
      for (long i = 0; i < values.shape().count(); i++) {
        if (i % each == 0) {
          keys = Ordering.keys(sorted, i / each * size, 1, size);
        }
        long key = Ordering.key(dtype, values.elements(), i);
        output.elements().setAtIndex(Elements.INT, i, position(keys, key));
      }
    }

    private int position(long[] keys, long key) {
      int low = 0;
      int high = keys.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (keys[middle] < key || (right && keys[middle] == key)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[2];
    }
  }
}
