package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Creation of tensors: constants like other tensors, the identity, ranges, grids. */
public final class Creation {
  private Creation() {}

  /** Returns zeros (false for bool) of a tensor's type and shape. */
  public static Tensor zerosLike(Object x) {
    return fullLike(x, 0);
  }

  /** Returns ones (true for bool) of a tensor's type and shape. */
  public static Tensor onesLike(Object x) {
    return fullLike(x, 1);
  }

  /**
   * Returns a tensor of another's type and shape that repeats one value.
   *
   * @throws IllegalArgumentException if the value does not fit the element type exactly
   */
  public static Tensor fullLike(Object x, Number value) {
    Tensor tensor = Operands.tensor(x);
    Operands.number("fullLike", value, tensor.dtype()); // for its message
    return tensor.shape().isKnown()
        ? Tensor.full(tensor.dtype(), value, tensor.shape().toArray())
        : MatchShape.broadcast(Tensor.full(tensor.dtype(), value), tensor);
  }

  /** Returns a matrix with 1 on the main diagonal and 0 elsewhere. */
  public static Tensor eye(long rows, long columns, DType dtype) {
    EagerTensor matrix = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(rows, columns)));
    Elements.fill(matrix, 0);
    for (long i = 0; i < Math.min(rows, columns); i++) {
      Elements.setLong(dtype, matrix.elements(), i * (columns + 1), 1);
    }
    return matrix;
  }

  /** Returns the int32 numbers {@code 0, 1, .. count - 1}. */
  public static Tensor range(int count) {
    return range(0, count, 1, DType.INT32);
  }

  /**
   * Returns {@code start, start + delta, start + 2 * delta, ..} as long as they are before {@code
   * limit}.
   *
   * @throws IllegalArgumentException if {@code delta} is 0 or leads away from the limit, or a whole
   *     number does not fit the element type
   */
  public static Tensor range(Number start, Number limit, Number delta, DType dtype) {
    Checks.numeric("range", dtype);
    return dtype.isFloating()
        ? floatingRange(start, limit, delta, dtype)
        : wholeRange(start, limit, delta, dtype);
  }

  private static Tensor floatingRange(Number start, Number limit, Number delta, DType dtype) {
    double first = start.doubleValue();
    double step = delta.doubleValue();
    double count = Math.ceil((limit.doubleValue() - first) / step);
    if (step == 0 || !(count >= 0 && count < Long.MAX_VALUE)) {
      throw leadsNowhere(start, limit, delta);
    }
    EagerTensor numbers = EagerTensor.allocate(new TensorSpec(dtype, Shape.of((long) count)));
    for (long i = 0; i < count; i++) {
      Elements.setDouble(dtype, numbers.elements(), i, first + i * step);
    }
    return numbers;
  }

  private static Tensor wholeRange(Number start, Number limit, Number delta, DType dtype) {
    Operands.alike("range", Tensor.zeros(DType.INT64), start, limit, delta); // for its message
    long first = start.longValue();
    long step = delta.longValue();
    long distance = Sizes.difference("range", limit.longValue(), first);
    long count = step == 0 ? -1 : Math.ceilDiv(distance, step);
    if (count < 0) {
      throw leadsNowhere(start, limit, delta);
    }
    EagerTensor numbers = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(count)));
    if (count > 0) {
      Operands.alike("range", Tensor.zeros(dtype), first, first + (count - 1) * step);
    }
    for (long i = 0; i < count; i++) {
      Elements.setLong(dtype, numbers.elements(), i, first + i * step);
    }
    return numbers;
  }

  private static IllegalArgumentException leadsNowhere(Number start, Number limit, Number delta) {
    return Refusal.of(
        "range",
        "steps must lead from " + start + " to " + limit,
        delta,
        "exchange start and limit or the sign of delta, which must be finite and not 0");
  }

  /**
   * Returns {@code num} evenly spaced floating point numbers from {@code start} to {@code stop},
   * both included exactly.
   *
   * @throws IllegalArgumentException if {@code num} is below 0, or the type is not floating
   */
  public static Tensor linspace(double start, double stop, long num, DType dtype) {
    Checks.atLeast("linspace", "num", 0, num, "give the number of points");
    TensorSpec spec = new TensorSpec(dtype, Shape.of(num));
    Checks.sameFloating("linspace", spec);
    EagerTensor numbers = EagerTensor.allocate(spec);
    double step = (stop - start) / (num - 1);
    for (long i = 0; i < num; i++) {
      boolean end = i == num - 1 && i > 0;
      Elements.setDouble(
          dtype, numbers.elements(), i, i == 0 ? start : end ? stop : start + i * step);
    }
    return numbers;
  }

  /**
   * Returns the coordinates of a grid, as views: a tensor for each vector, all of one shape with an
   * axis for each vector. Each tensor varies along its own axis only.
   *
   * @throws IllegalArgumentException if one is neither a vector nor a scalar
   */
  public static List<Tensor> meshgrid(MeshIndexing indexing, Object... vectors) {
    int rank = vectors.length;
    Tensor[] tensors = Arrays.stream(vectors).map(Operands::tensor).toArray(Tensor[]::new);
    long[] sizes = new long[rank];
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      if (tensors[i].shape().rank() > 1) {
        throw Refusal.of("meshgrid", "needs vectors", tensors[i].shape(), "reshape it first");
      }
      if (!tensors[i].shape().isKnown()) {
        throw Checks.unknown("meshgrid", "the sizes of vectors", tensors[i].shape());
      }
      axes[i] = indexing == MeshIndexing.XY && rank > 1 && i < 2 ? 1 - i : i;
      sizes[axes[i]] = tensors[i].shape().count();
    }
    List<Tensor> grids = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long[] alone = new long[rank];
      Arrays.fill(alone, 1);
      alone[axes[i]] = sizes[axes[i]];
      grids.add(Shaping.broadcastTo(Shaping.reshape(tensors[i], alone), sizes));
    }
    return grids;
  }
}
