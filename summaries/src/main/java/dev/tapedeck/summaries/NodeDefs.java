package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.AttrValue;
import dev.tapedeck.summaries.proto.DataType;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.TensorSpec;

/** Factory of {@code NodeDef}s, with the types and shapes of their outputs. */
final class NodeDefs {
  /** Size of the largest attribute that TensorBoard shows. */
  private static final long MOST_BYTES = 1024;

  private NodeDefs() {}

  static NodeDef.Builder of(String name, String op, TensorSpec... outputs) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op);
    AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
    for (TensorSpec output : outputs) {
      shapes.addShape(TensorProtos.shape(output.shape().toArray()));
    }
    if (outputs.length > 0) {
      node.putAttr("dtype", AttrValue.newBuilder().setType(type(outputs[0].dtype())).build());
    }
    return node.putAttr("_output_shapes", AttrValue.newBuilder().setList(shapes).build());
  }

  /** Returns a constant, with its value if it is small. */
  static NodeDef.Builder constant(String name, EagerTensor value) {
    NodeDef.Builder node = of(name, "Const", value.spec());
    if (value.spec().bytes() > MOST_BYTES) {
      return node;
    }
    TensorProto tensor =
        TensorProtos.content(type(value.dtype()), value.toByteBuffer(), value.shape().toArray());
    return node.putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
  }

  private static DataType type(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> DataType.DT_HALF;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      case INT8 -> DataType.DT_INT8;
      case INT16 -> DataType.DT_INT16;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case UINT8 -> DataType.DT_UINT8;
      case UINT16 -> DataType.DT_UINT16;
      case BOOL -> DataType.DT_BOOL;
      case STRING -> DataType.DT_STRING;
    };
  }
}
