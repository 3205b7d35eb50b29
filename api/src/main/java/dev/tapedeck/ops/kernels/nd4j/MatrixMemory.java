package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/** Matrices of a batch in memory: its parts, their triangles, and pointers for native code. */
final class MatrixMemory {
  private MatrixMemory() {}

  /** A JavaCPP pointer to an address. */
  private static final class Address extends Pointer {
    Address(EagerTensor tensor) {
      MemorySegment elements = tensor.elements();
      this.address = elements.address();
      this.limit = elements.byteSize();
      this.capacity = elements.byteSize();
    }
  }

  static FloatPointer floats(EagerTensor tensor) {
    return new FloatPointer(new Address(tensor));
  }

  static DoublePointer doubles(EagerTensor tensor) {
    return new DoublePointer(new Address(tensor));
  }

  static IntPointer ints(EagerTensor tensor) {
    return new IntPointer(new Address(tensor));
  }

  static boolean isDouble(EagerTensor tensor) {
    return tensor.dtype() == DType.FLOAT64;
  }

  /** Returns the size of a matrix along an axis; the ops ensure that it fits an int. */
  static int size(EagerTensor matrix, int axis) {
    return Math.toIntExact(matrix.shape().size(axis));
  }

  /** Returns the number of parts of a batch, each with a number of axes. */
  static long count(EagerTensor batch, int axes) {
    return batch.shape().slice(0, batch.shape().rank() - axes).count();
  }

  /** Returns a part of a batch: a matrix, or a vector. */
  static EagerTensor part(EagerTensor batch, int axes, long number) {
    Shape shape = batch.shape();
    int outer = shape.rank() - axes;
    long offset = batch.offset();
    for (int axis = outer - 1; axis >= 0; axis--) {
      offset += number % shape.size(axis) * batch.strides()[axis];
      number /= shape.size(axis);
    }
    long[] strides = Arrays.copyOfRange(batch.strides(), outer, shape.rank());
    return batch.view(shape.slice(outer, shape.rank()), strides, offset);
  }

  static EagerTensor matrix(EagerTensor batch, long number) {
    return part(batch, 2, number);
  }

  /** Returns memory for one matrix of a batch. */
  static EagerTensor allocateOne(EagerTensor batch) {
    int rank = batch.shape().rank();
    return EagerTensor.allocate(new TensorSpec(batch.dtype(), batch.shape().slice(rank - 2, rank)));
  }

  static boolean isFinite(EagerTensor matrix) {
    MemorySegment elements = matrix.elements();
    boolean finite = true;
    for (long i = 0; i < matrix.shape().count(); i++) {
      finite &= Double.isFinite(Elements.getDouble(matrix.dtype(), elements, i));
    }
    return finite;
  }

  /** Sets one triangle of a contiguous matrix to 0. */
  static void clear(boolean upper, EagerTensor matrix) {
    MemorySegment elements = matrix.elements();
    int columns = size(matrix, 1);
    for (int row = 0; row < size(matrix, 0); row++) {
      for (int i = upper ? row + 1 : 0; i < (upper ? columns : Math.min(row, columns)); i++) {
        Elements.setDouble(matrix.dtype(), elements, (long) row * columns + i, 0);
      }
    }
  }
}
