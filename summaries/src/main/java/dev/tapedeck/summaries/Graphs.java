package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.List;

/** Summaries of graphs that are already serialized as TensorBoard reads them. */
final class Graphs {
  private Graphs() {}

  static PendingEvent ops(byte[] graphDef) {
    Event event = Event.newBuilder().setGraphDef(ByteString.copyFrom(graphDef)).build();
    return PendingEvent.of(event);
  }

  static PendingEvent keras(String json) {
    TensorProto tensor = TensorProtos.strings(List.of(ByteString.copyFromUtf8(json)));
    return PendingEvent.summary(
        "keras",
        "graph_keras_model",
        ByteString.copyFromUtf8("1"),
        tensor.getSerializedSize(),
        () -> tensor);
  }
}
