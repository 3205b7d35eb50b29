package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.List;

/** Graphs, which others have put into the form that TensorBoard draws. */
final class Graphs {
  private Graphs() {}

  static Pending ops(byte[] graphDef) {
    Event event = Event.newBuilder().setGraphDef(ByteString.copyFrom(graphDef)).build();
    return Pending.of(event);
  }

  static Pending keras(String json) {
    TensorProto tensor = TensorProtos.strings(List.of(ByteString.copyFromUtf8(json)));
    return Pending.summary(
        "keras",
        "graph_keras_model",
        ByteString.copyFromUtf8("1"),
        tensor.getSerializedSize(),
        () -> tensor);
  }
}
