package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.DataType;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.SourceMetadata;
import dev.tapedeck.summaries.proto.Summary;
import dev.tapedeck.summaries.proto.SummaryMetadata;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.summaries.proto.TensorShapeProto;

/** Makes the messages of an event file, stamped with the time of the call. */
final class Events {
  /** The plugin's content, {@code {version: 0}}, is empty in protobuf's encoding. */
  private static final SummaryMetadata SCALARS =
      SummaryMetadata.newBuilder()
          .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("scalars"))
          .build();

  private Events() {}

  /** The first record of every file. */
  static Event fileVersion() {
    return now()
        .setFileVersion("brain.Event:2")
        .setSourceMetadata(SourceMetadata.newBuilder().setWriter("dev.tapedeck.summaries"))
        .build();
  }

  static Event scalar(String tag, float value, long step) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addFloatVal(value)
            .build();
    return summary(tag, tensor, SCALARS, step);
  }

  /**
   * Metadata goes with every value, not only with a tag's first: which of two threads' values comes
   * first in the file is not known here, and it costs few bytes.
   */
  private static Event summary(String tag, TensorProto tensor, SummaryMetadata kind, long step) {
    Summary.Value value =
        Summary.Value.newBuilder().setTag(tag).setTensor(tensor).setMetadata(kind).build();
    return now().setStep(step).setSummary(Summary.newBuilder().addValue(value)).build();
  }

  private static Event.Builder now() {
    return Event.newBuilder().setWallTime(System.currentTimeMillis() / 1000.0);
  }
}
