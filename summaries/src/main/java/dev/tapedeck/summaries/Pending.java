package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.Summary;
import dev.tapedeck.summaries.proto.SummaryMetadata;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * An event that waits to be written: the memory that it holds till then, and how it is made, which
 * may take a while and must not depend on anything that can change.
 */
record Pending(long bytes, Supplier<Event> event) {
  /** About what an event takes besides its data. */
  private static final int OVERHEAD = 200;

  /** Returns a summary whose plugin needs no data of its own: {@code {version: 0}} is empty. */
  static Pending summary(String tag, String plugin, long bytes, Supplier<TensorProto> tensor) {
    return summary(tag, plugin, ByteString.EMPTY, bytes, tensor);
  }

  /**
   * Returns a summary.
   *
   * <p>Metadata goes with every value, not only with a tag's first: which of two threads' values
   * comes first in the file is not known here, and it costs few bytes.
   *
   * @param content a message of the plugin
   * @param bytes what {@code tensor} holds of memory
   */
  static Pending summary(
      String tag, String plugin, ByteString content, long bytes, Supplier<TensorProto> tensor) {
    checked(tag);
    var metadata =
        SummaryMetadata.newBuilder()
            .setPluginData(
                SummaryMetadata.PluginData.newBuilder().setPluginName(plugin).setContent(content));
    return new Pending(
        OVERHEAD + content.size() + bytes,
        () -> {
          var value =
              Summary.Value.newBuilder().setTag(tag).setMetadata(metadata).setTensor(tensor.get());
          return Event.newBuilder().setSummary(Summary.newBuilder().addValue(value)).build();
        });
  }

  /** Returns an event that is made. */
  static Pending of(Event event) {
    return new Pending(OVERHEAD + event.getSerializedSize(), () -> event);
  }

  /** Returns the time as events have it, in seconds since 1970. */
  static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /** Returns a tag that is not empty. */
  static String checked(String tag) {
    if (Objects.requireNonNull(tag, "tag").isEmpty()) {
      throw new IllegalArgumentException(
          "SummaryWriter: the tag is empty; name what is recorded, such as \"loss\"");
    }
    return tag;
  }

  /** Returns the event with a time and a step. */
  Pending at(double wallTime, long step) {
    return new Pending(
        bytes, () -> event.get().toBuilder().setWallTime(wallTime).setStep(step).build());
  }

  /** Returns the event in the smaller of its forms: as it waits, or made. */
  Pending smallest() {
    Pending made = of(event.get());
    return made.bytes < bytes ? made : this;
  }
}
