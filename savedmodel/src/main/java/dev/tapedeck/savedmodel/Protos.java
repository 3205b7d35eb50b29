package dev.tapedeck.savedmodel;

import com.google.protobuf.ByteString;
import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.savedmodel.proto.TensorInfo;
import dev.tapedeck.savedmodel.proto.TensorShape;
import dev.tapedeck.savedmodel.proto.TensorValue;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** TensorFlow's messages of shapes and tensors. */
final class Protos {
  private Protos() {}

  static TensorShape shape(Shape shape) {
    TensorShape.Builder sizes = TensorShape.newBuilder();
    for (long size : shape.toArray()) {
      sizes.addDim(TensorShape.Dim.newBuilder().setSize(size)); // -1 where unknown, as here
    }
    return sizes.build();
  }

  static TensorInfo info(String name, TensorSpec spec) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(TensorFlowTypes.number(spec.dtype()))
        .setTensorShape(shape(spec.shape()))
        .build();
  }

  static TensorValue tensor(EagerTensor tensor) {
    EagerTensor dense = tensor.dense();
    MemorySegment elements = dense.elements();
    return TensorValue.newBuilder()
        .setDtype(TensorFlowTypes.number(tensor.dtype()))
        .setTensorShape(shape(tensor.shape()))
        .setTensorContent(ByteString.copyFrom(elements.asByteBuffer()))
        .build();
  }

  /** Returns a scalar of type string. */
  static TensorValue text(String text) {
    return TensorValue.newBuilder()
        .setDtype(TensorFlowTypes.STRING)
        .setTensorShape(TensorShape.getDefaultInstance())
        .addStringVal(ByteString.copyFromUtf8(text))
        .build();
  }

  /** Returns a vector of type string. */
  static TensorValue texts(Iterable<String> texts) {
    TensorValue.Builder value = TensorValue.newBuilder().setDtype(TensorFlowTypes.STRING);
    texts.forEach(text -> value.addStringVal(ByteString.copyFromUtf8(text)));
    return value.setTensorShape(shape(Shape.of(value.getStringValCount()))).build();
  }
}
