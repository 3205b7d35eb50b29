package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between tensors and ND4J arrays, and ND4J views over a tensor's own memory. */
public final class Nd4jArrays {
  private Nd4jArrays() {}

  /** Memory at an address, for JavaCPP. */
  private static final class Address extends Pointer {
    Address(long address, long bytes) {
      this.address = address;
      this.limit = bytes;
      this.capacity = bytes;
    }
  }

  /** Returns ND4J's name for an element type. */
  public static DataType dataType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT64 -> DataType.DOUBLE;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOL;
    };
  }

  private static DType dtype(DataType type) {
    for (DType dtype : DType.values()) {
      if (dataType(dtype) == type) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "tensor: ND4J's " + type + " has no counterpart here; cast the array with castTo first");
  }

  /**
   * Returns an ND4J array over a contiguous tensor's own memory: valid only while the tensor is,
   * and as long as the caller keeps it reachable.
   */
  public static INDArray viewOf(EagerTensor tensor) {
    MemorySegment elements = tensor.elements();
    return view(elements.address(), tensor.spec());
  }

  private static INDArray view(long address, TensorSpec spec) {
    Shape shape = spec.shape();
    DataType type = dataType(spec.dtype());
    Pointer pointer = new Address(address, spec.bytes());
    return Nd4j.create(
        Nd4j.createBuffer(pointer, shape.count(), type),
        shape.toArray(),
        shape.strides(),
        0,
        'c',
        type);
  }

  static INDArray copyOf(EagerTensor tensor) {
    if (tensor.shape().count() == 0) {
      return Nd4j.empty(dataType(tensor.dtype())).reshape(tensor.shape().toArray());
    }
    EagerTensor dense = tensor.contiguous();
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
