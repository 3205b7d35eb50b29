package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.Summary;
import dev.tapedeck.summaries.proto.SummaryMetadata;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * An event that waits to be written.
 *
 * @param bytes memory it holds until then
 * @param event encoder, which may be slow and must not read anything that can change
 */
record PendingEvent(long bytes, Supplier<Event> event) {
  /** Approximate size of an event without its data, in bytes. */
  private static final int OVERHEAD = 200;

  /** Returns a summary without plugin data: {@code {version: 0}} is an empty message. */
  static PendingEvent summary(String tag, String plugin, long bytes, Supplier<TensorProto> tensor) {
    return summary(tag, plugin, ByteString.EMPTY, bytes, tensor);
  }

  /**
   * Returns a summary.
   *
   * <p>Every value has the metadata, not only a tag's first one: with several threads the first in
   * the file is not known here, and it is small.
   *
   * @param content the plugin's message
   * @param bytes memory that {@code tensor} holds
   */
  static PendingEvent summary(
      String tag, String plugin, ByteString content, long bytes, Supplier<TensorProto> tensor) {
    checked(tag);
    var metadata =
        SummaryMetadata.newBuilder()
            .setPluginData(
                SummaryMetadata.PluginData.newBuilder().setPluginName(plugin).setContent(content));
    return new PendingEvent(
        OVERHEAD + content.size() + bytes,
        () -> {
          var value =
              Summary.Value.newBuilder().setTag(tag).setMetadata(metadata).setTensor(tensor.get());
          return Event.newBuilder().setSummary(Summary.newBuilder().addValue(value)).build();
        });
  }

  /** Returns a pending event that is already encoded. */
  static PendingEvent of(Event event) {
    return new PendingEvent(OVERHEAD + event.getSerializedSize(), () -> event);
  }

  /** Returns the current time in seconds since 1970, as events have it. */
  static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /** Returns a tag; throws if it is empty. */
  static String checked(String tag) {
    if (Objects.requireNonNull(tag, "tag").isEmpty()) {
      throw new IllegalArgumentException(
          "SummaryWriter: the tag is empty; name what is recorded, such as \"loss\"");
    }
    return tag;
  }

  /** Returns the event with a time and a step. */
  PendingEvent at(double wallTime, long step) {
    return new PendingEvent(
        bytes, () -> event.get().toBuilder().setWallTime(wallTime).setStep(step).build());
  }

  /** Returns this event or its encoded form, whichever is smaller. */
  PendingEvent smallest() {
    PendingEvent made = of(event.get());
    return made.bytes < bytes ? made : this;
  }
}
