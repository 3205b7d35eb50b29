package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Conversions between tensors and ND4J arrays, as copies or as views of the same memory. */
public final class Nd4jArrays {
  static {
    NativeCache.secure();
  }

  private Nd4jArrays() {}

  /** A JavaCPP pointer to an address; it keeps the owner of the memory reachable. */
  private static final class Address extends Pointer {
    @SuppressWarnings("unused") // held
    private final Object owner;

    Address(long address, long bytes, Object owner) {
      this.owner = owner;
      this.address = address;
      this.limit = bytes;
      this.capacity = bytes;
    }
  }

  /** Returns ND4J's name for an element type. */
  public static DataType dataType(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT64 -> DataType.DOUBLE;
      case INT8 -> DataType.INT8;
      case INT16 -> DataType.INT16;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case UINT8 -> DataType.UINT8;
      case UINT16 -> DataType.UINT16;
      case BOOL -> DataType.BOOL;
      case STRING -> throw Elements.noNumber();
    };
  }

  private static DType dtype(DataType type) {
    for (DType dtype : DType.fixedSize()) {
      if (dataType(dtype) == type) {
        return dtype;
      }
    }
    throw Refusal.of(
        "tensor",
        "needs an ND4J array whose type is one of DType's",
        type,
        "cast it with castTo first");
  }

  /**
   * Returns an ND4J array over a contiguous tensor's memory, valid while the caller keeps the
   * tensor reachable and does not release it.
   */
  public static INDArray viewOf(EagerTensor tensor) {
    MemorySegment elements = tensor.elements();
    return view(elements.address(), tensor.spec(), null);
  }

  private static INDArray view(long address, TensorSpec spec, Object owner) {
    Shape shape = spec.shape();
    DataType type = dataType(spec.dtype());
    Pointer pointer = new Address(address, spec.bytes(), owner);
    return Nd4j.create(
        Nd4j.createBuffer(pointer, shape.count(), type),
        shape.toArray(),
        shape.strides(),
        0,
        'c',
        type);
  }

  /** Returns an ND4J array over a tensor's memory; the array keeps the memory alive. */
  static INDArray sharing(EagerTensor tensor) {
    if (!tensor.isContiguous() || tensor.shape().count() == 0) {
      return copyOf(tensor);
    }
    tensor.storage().pin();
    return view(tensor.elements().address(), tensor.spec(), tensor);
  }

  /**
   * Returns a tensor over an ND4J array's memory, or over a copy where the array could be freed.
   */
  static Tensor sharing(INDArray array) {
    TensorSpec spec = new TensorSpec(dtype(array.dataType()), Shape.of(array.shape()));
    boolean dense =
        array.ordering() == 'c' && Arrays.equals(array.stride(), spec.shape().strides());
    boolean lasts = !array.isView() && !array.isAttached() && Nd4j.getEnvironment().isCPU();
    if (array.isEmpty() || !dense || !lasts) {
      return copyOf(array);
    }
    array.setCloseable(false);
    long address = array.data().addressPointer().address();
    return EagerTensor.over(Storage.over(NativeMemory.at(address, spec.bytes()), array), spec);
  }

  static INDArray copyOf(EagerTensor tensor) {
    if (tensor.shape().count() == 0) {
      return Nd4j.empty(dataType(tensor.dtype())).reshape(tensor.shape().toArray());
    }
    EagerTensor dense = tensor.dense();
    try {
      return viewOf(dense).dup('c');
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  static Tensor copyOf(INDArray array) {
    EagerTensor tensor =
        EagerTensor.allocate(new TensorSpec(dtype(array.dataType()), Shape.of(array.shape())));
    if (!array.isEmpty()) {
      viewOf(tensor).assign(array);
    }
    return tensor;
  }
}
