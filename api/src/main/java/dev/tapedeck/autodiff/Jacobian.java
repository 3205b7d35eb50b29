package dev.tapedeck.autodiff;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.function.UnaryOperator;

/**
 * The Jacobian of a target, computed row by row: one backward pass for each element of the target.
 */
final class Jacobian {
  private Jacobian() {}

  /**
   * Returns the derivatives {@code [target's shape.., source's shape..]}.
   *
   * @param row function from an output gradient to the source's gradient
   */
  static Tensor of(Tensor target, TensorSpec source, UnaryOperator<Tensor> row) {
    Shape shape = target.shape();
    Tensor[] rows = new Tensor[(int) shape.count()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row.apply(Shaping.reshape(one(i, rows.length, target.dtype()), shape.toArray()));
    }
    return stacked(0, rows, shape, source);
  }

  /**
   * Returns the derivatives of each example, {@code [n, target's.., source's..]}.
   *
   * @param row function from an output gradient to the source's gradient
   */
  static Tensor ofBatch(Tensor target, TensorSpec source, UnaryOperator<Tensor> row) {
    Shape shape = target.shape();
    Shape example = shape.slice(1, shape.rank());
    Tensor[] rows = new Tensor[(int) example.count()];
    for (int i = 0; i < rows.length; i++) {
      Tensor each = Shaping.reshape(one(i, rows.length, target.dtype()), example.toArray());
      rows[i] = row.apply(Shaping.broadcastTo(each, shape.toArray()));
    }
    return stacked(1, rows, Shape.of(shape.size(0)).concat(example.toArray()), source);
  }

  private static Tensor one(int index, int count, DType dtype) {
    return Casting.cast(Indexing.oneHot(index, count, DType.FLOAT64), dtype);
  }

  /** Stacks rows along an axis; the first axes of the result are those of a shape. */
  private static Tensor stacked(int axis, Tensor[] rows, Shape leading, TensorSpec source) {
    Shape rest = source.shape().slice(axis, source.shape().rank());
    long[] sizes = leading.concat(rest.toArray()).toArray();
    return rows.length == 0
        ? Tensor.zeros(source.dtype(), sizes)
        : Shaping.reshape(Joining.stack(axis, (Object[]) rows), sizes);
  }
}
