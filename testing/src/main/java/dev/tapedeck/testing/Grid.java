package dev.tapedeck.testing;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** An array of doubles with a shape, as plain as can be: what references are computed with. */
public final class Grid {
  private final int[] shape;
  private final double[] values;

  /** Makes a grid of values in row-major order. */
  public Grid(int[] shape, double... values) {
    this.shape = shape;
    this.values = values;
  }

  /** Makes a grid of a function of the index. */
  public static Grid of(int[] shape, ToDoubleFunction<int[]> function) {
    double[] values = new double[count(shape)];
    for (int n = 0; n < values.length; n++) {
      int[] index = new int[shape.length];
      for (int axis = shape.length - 1, rest = n; axis >= 0; rest /= shape[axis], axis--) {
        index[axis] = rest % shape[axis];
      }
      values[n] = function.applyAsDouble(index);
    }
    return new Grid(shape, values);
  }

  /** Returns the number of elements of a shape. */
  public static int count(int... shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Returns sizes as a shape. */
  public static int[] shape(int... sizes) {
    return sizes;
  }

  /** Computes a function of every element; sizes of 1, and missing axes in front, repeat. */
  public static Grid pointwise(ToDoubleFunction<double[]> function, Grid... x) {
    int rank = Arrays.stream(x).mapToInt(g -> g.shape.length).max().orElse(0);
    int[] shape = new int[rank];
    Arrays.fill(shape, 1);
    for (Grid grid : x) {
      for (int i = 0; i < grid.shape.length; i++) {
        int axis = rank - grid.shape.length + i;
        shape[axis] = grid.shape[i] == 1 ? shape[axis] : grid.shape[i];
      }
    }
    return of(
        shape,
        i -> function.applyAsDouble(Arrays.stream(x).mapToDouble(g -> g.stretched(i)).toArray()));
  }

  private double stretched(int[] index) {
    int missing = index.length - shape.length;
    int[] own = new int[shape.length];
    Arrays.setAll(own, axis -> shape[axis] == 1 ? 0 : index[missing + axis]);
    return at(own);
  }

  /** Returns the shape. */
  public int[] shape() {
    return shape;
  }

  /** Returns the size of an axis. */
  public int size(int axis) {
    return shape[axis];
  }

  /** Returns the values in row-major order. */
  public double[] values() {
    return values;
  }

  /** Returns the value at an index. */
  public double at(int... index) {
    int n = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      n = n * shape[axis] + index[axis];
    }
    return values[n];
  }

  /** Returns whether an index is within the shape. */
  public boolean contains(int... index) {
    for (int axis = 0; axis < shape.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the specification of a tensor of these values. */
  public TensorSpec spec(DType dtype) {
    return new TensorSpec(dtype, Shape.of(Arrays.stream(shape).asLongStream().toArray()));
  }

  /** Returns the values as a dense tensor. */
  public EagerTensor tensor(DType dtype) {
    EagerTensor tensor = EagerTensor.allocate(spec(dtype));
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(dtype, tensor.elements(), i, values[i]);
    }
    return tensor;
  }

  /** Returns the values as a view: transposed, of every second element of other memory. */
  public EagerTensor strided(DType dtype) {
    EagerTensor memory = EagerTensor.allocate(new Grid(shape(2 * values.length)).spec(dtype));
    Elements.fill(memory, 1);
    long[] strides = new long[shape.length];
    long stride = 2;
    for (int axis = 0; axis < shape.length; stride *= Math.max(shape[axis], 1), axis++) {
      strides[axis] = stride;
    }
    of(
        shape,
        index -> {
          int at = 1;
          for (int axis = 0; axis < index.length; axis++) {
            at += (int) strides[axis] * index[axis];
          }
          Elements.setDouble(dtype, memory.elements(), at, at(index));
          return 0;
        });
    return memory.view(spec(dtype).shape(), strides, values.length == 0 ? 0 : 1);
  }
}
