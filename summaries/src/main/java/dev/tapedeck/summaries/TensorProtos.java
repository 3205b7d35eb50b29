package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tapedeck.summaries.proto.DataType;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.summaries.proto.TensorShapeProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Factory of the {@code TensorProto}s of summaries. */
final class TensorProtos {
  private TensorProtos() {}

  static TensorProto scalar(float value) {
    return of(DataType.DT_FLOAT).addFloatVal(value).build();
  }

  static TensorProto floats(float[] values, long... shape) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return content(DataType.DT_FLOAT, bytes, shape);
  }

  static TensorProto doubles(double[] values, long... shape) {
    ByteBuffer bytes = littleEndian(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    return content(DataType.DT_DOUBLE, bytes, shape);
  }

  static TensorProto strings(List<ByteString> values, long... shape) {
    return of(DataType.DT_STRING, shape).addAllStringVal(values).build();
  }

  /** Returns a tensor of bytes, which are not copied. */
  static TensorProto content(DataType dtype, ByteBuffer bytes, long... shape) {
    return of(dtype, shape).setTensorContent(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static TensorShapeProto shape(long... sizes) {
    var shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  private static TensorProto.Builder of(DataType dtype, long... shape) {
    return TensorProto.newBuilder().setDtype(dtype).setTensorShape(shape(shape));
  }
}
