package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A multidimensional array of one element type: the input and output of ops; immutable.
 *
 * <p>An {@link EagerTensor} has its values at hand. A {@link SymbolicTensor} stands for a value
 * that a traced function will compute; reading it throws an error that names the remedy.
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
   * Returns the mask: a bool for each place along the first axes, false where there is padding;
   * null for none. Ops drop masks, layers that support them pass them on.
   */
  Tensor mask();

  /**
   * Sets the mask of a tensor that nobody else knows yet.
   *
   * @hidden not for programs that use Tapedeck
   */
  void attachMask(Tensor ofPlaces);

  /**
   * Returns the only element as a double.
   *
   * @throws IllegalStateException if there is not exactly one element
   */
  double item();

  /**
   * Returns the only element of a bool tensor, for {@code if} and {@code while}.
   *
   * @throws IllegalStateException if there is not exactly one element, or it is of another type
   */
  default boolean toBoolean() {
    if (dtype() != DType.BOOL) {
      throw new IllegalStateException(
          "toBoolean: the tensor is " + dtype() + "; compare it first, as x.notEqual(0)");
    }
    return item() != 0;
  }

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
   * number for a scalar; the types that Java lacks become the next wider one, uint8 {@code int} and
   * float16 {@code float}.
   */
  Object toArray();

  /** Returns a copy of the value as an ND4J array, which the caller owns. */
  INDArray toINDArray();

  /**
   * Returns an ND4J array over the tensor's own memory, or a copy where the tensor is a strided
   * view. The memory stays as long as the array is reachable; do not write to it.
   */
  INDArray asINDArray();

  /** Returns a copy of the elements, row-major, in the machine's byte order. */
  ByteBuffer toByteBuffer();

  /**
   * Returns the tensor's memory to the pool at once; using it, or a view of it, afterwards throws.
   * An op of another thread that is reading it throws when it ends, rather than giving a wrong
   * value. A variable's memory stays. Calling this is never necessary: the collector and {@link
   * Scope} do the same.
   */
  void release();

  /** Returns this tensor, which is always in the processor's memory. */
  default Tensor cpu() {
    return this;
  }

  /** Returns {@code gpu(0)}. */
  default Tensor gpu() {
    return gpu(0);
  }

  /**
   * Returns this tensor for use on a GPU, whose kernels copy their operands there.
   *
   * @throws IllegalStateException if there is no such GPU
   */
  default Tensor gpu(int index) {
    new Device(Device.Kind.GPU, index).require();
    return this;
  }

  /**
   * Makes a tensor of a Java value.
   *
   * <p>Accepted are tensors (returned as they are), variables (their {@link HasValue#value}), ND4J
   * arrays (copied), numbers and booleans (scalars), and arrays of them nested to any depth. The
   * element type is the Java type's: {@code float} is float32, {@code double} float64, {@code
   * short} int16, {@code int} int32, {@code long} int64, {@code boolean} bool.
   *
   * @throws IllegalArgumentException if nested arrays are ragged, or the value is of another type
   */
  static Tensor of(Object value) {
    return switch (value) {
      case Tensor tensor -> tensor;
      case HasValue variable -> variable.value();
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
   * Makes a float64 tensor of values in row-major order.
   *
   * @throws IllegalArgumentException if the sizes do not multiply to the number of values
   */
  static Tensor of(double[] values, long... shape) {
    return JavaArrays.toTensor(values, Shape.of(shape));
  }

  /**
   * Makes an int32 tensor of values in row-major order.
   *
   * @throws IllegalArgumentException if the sizes do not multiply to the number of values
   */
  static Tensor of(int[] values, long... shape) {
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

  /**
   * Makes a tensor of a copy of memory that holds the elements, row-major, in the machine's byte
   * order.
   *
   * @throws IllegalArgumentException if the memory has another size than the elements
   */
  static Tensor copyOf(MemorySegment elements, DType dtype, long... shape) {
    TensorSpec spec = new TensorSpec(dtype, Shape.of(shape));
    if (elements.byteSize() != spec.bytes()) {
      throw Refusal.of(
          "tensor",
          spec + " needs " + spec.bytes() + " bytes",
          elements.byteSize(),
          "copy a slice of that size, or give another shape or type");
    }
    EagerTensor tensor = EagerTensor.allocate(spec);
    tensor.elements().copyFrom(elements);
    return tensor;
  }

  /**
   * Makes a tensor of a copy of the bytes between a buffer's position and its limit, which are read
   * in the buffer's byte order.
   *
   * @throws IllegalArgumentException if there are more or fewer bytes than the elements have
   */
  static Tensor copyOf(ByteBuffer elements, DType dtype, long... shape) {
    MemorySegment bytes = MemorySegment.ofBuffer(elements);
    if (elements.order() == ByteOrder.nativeOrder() || dtype.bytes() == 1) {
      return copyOf(bytes, dtype, shape);
    }
    MemorySegment swapped = MemorySegment.ofArray(new byte[(int) bytes.byteSize()]);
    for (long at = 0; at < bytes.byteSize(); at++) {
      // The first byte of an element becomes its last.
      long last = at ^ (dtype.bytes() - 1L);
      swapped.set(Elements.BYTE, last, bytes.get(Elements.BYTE, at));
    }
    return copyOf(swapped, dtype, shape);
  }

  /**
   * Makes a tensor over the memory of an ND4J array, without a copy if the array is dense and
   * row-major, not a view and not in a workspace. The array must not be written to while the tensor
   * is in use, and can no longer be closed.
   */
  static Tensor sharing(INDArray array) {
    return Nd4jArrays.sharing(array);
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
    Elements.fill("full", tensor, value);
    return tensor;
  }
}
