package dev.tapedeck.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A multidimensional array of one element type: the value that ops take and give; immutable.
 *
 * <p>An {@link EagerTensor} has its values at hand. A {@link SymbolicTensor} stands for a value
 * that a traced function will compute; asking it for one throws and names the remedy.
 *
 * <p>The methods that Python spells as operators, and the commonest reductions and shape changes,
 * come from {@link Operators}; all other ops are static functions in {@code dev.tapedeck.ops}.
 *
 * <p>Memory is returned when the tensor is collected, when the {@link Scope} it was made in is
 * closed, or by {@link #release()}; use after that throws.
 */
public sealed interface Tensor extends Operators permits EagerTensor, SymbolicTensor {
  /** Returns the element type and shape. */
  TensorSpec spec();

  /** Returns the element type. */
  default DType dtype() {
    return spec().dtype();
  }

  /** Returns the shape. */
  default Shape shape() {
    return spec().shape();
  }

  /**
   * Returns the only element as a double.
   *
   * @throws IllegalStateException if there is not exactly one element
   */
  double item();

  /** Returns the elements in row-major order; any numeric type is converted, bool to 0 and 1. */
  double[] toDoubleArray();

  /** Returns the elements in row-major order; any numeric type is converted, bool to 0 and 1. */
  float[] toFloatArray();

  /**
   * Returns the elements in row-major order.
   *
   * @throws IllegalStateException if the type is floating: cast first, to say how to round
   */
  long[] toLongArray();

  /**
   * Returns the elements in row-major order.
   *
   * @throws IllegalStateException if the type is floating: cast first, to say how to round
   * @throws ArithmeticException if an element does not fit an int
   */
  int[] toIntArray();

  /**
   * Returns the elements in row-major order.
   *
   * @throws IllegalStateException if the type is not bool: compare first
   */
  boolean[] toBooleanArray();

  /**
   * Returns the value as nested Java arrays, {@code float[][]} for a float32 matrix, or a boxed
   * number for a scalar; uint8 becomes {@code int}.
   */
  Object toArray();

  /** Returns a copy of the value as an ND4J array, which the caller owns. */
  INDArray toINDArray();

  /**
   * Returns the tensor's memory to the pool at once; using it, or a view of it, afterwards throws.
   * A variable's memory stays. Nobody needs to call this: the collector and {@link Scope} do the
   * same.
   */
  void release();

  /**
   * Makes a tensor of a Java value.
   *
   * <p>Accepted are tensors (returned as they are), variables (a copy of the present value), ND4J
   * arrays (copied), numbers and booleans (scalars), and arrays of them nested to any depth. The
   * element type is the Java type's: {@code float} is float32, {@code double} float64, {@code int}
   * int32, {@code long} int64, {@code boolean} bool.
   *
   * @throws IllegalArgumentException if nested arrays are ragged, or the value is of no such type
   */
  static Tensor of(Object value) {
    return switch (value) {
      case Tensor tensor -> tensor;
      case Variable variable -> variable.value();
      case INDArray array -> Nd4jArrays.copyOf(array);
      case null, default -> JavaArrays.toTensor(value);
    };
  }

  /**
   * Makes a tensor of values in row-major order.
   *
   * @throws IllegalArgumentException if the sizes do not multiply to the number of values
   */
  static Tensor of(float[] values, long... shape) {
    return JavaArrays.toTensor(values, Shape.of(shape));
  }

  /**
   * Makes a uint8 tensor of bytes in row-major order.
   *
   * @throws IllegalArgumentException if the sizes do not multiply to the number of bytes
   */
  static Tensor ofUint8(byte[] values, long... shape) {
    return JavaArrays.toUint8Tensor(values, Shape.of(shape));
  }

  /** Returns a tensor of zeros (false for bool). */
  static Tensor zeros(DType dtype, long... shape) {
    return full(dtype, 0, shape);
  }

  /** Returns a tensor of ones (true for bool). */
  static Tensor ones(DType dtype, long... shape) {
    return full(dtype, 1, shape);
  }

  /**
   * Returns a tensor that repeats one value.
   *
   * @throws IllegalArgumentException if the value does not fit the element type exactly
   */
  static Tensor full(DType dtype, Number value, long... shape) {
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(shape)));
    Elements.fill(tensor, value);
    return tensor;
  }
}
