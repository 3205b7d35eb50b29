package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.TensorProto;
import java.util.ArrayList;
import java.util.List;

/** Text summaries in Markdown: one text, or a table with one axis or two. */
final class Texts {
  private Texts() {}

  static PendingEvent of(String tag, String markdown) {
    return pending(tag, List.of(ByteString.copyFromUtf8(markdown)));
  }

  static PendingEvent of(String tag, List<?> table) {
    List<ByteString> cells = new ArrayList<>();
    if (table.stream().allMatch(String.class::isInstance)) {
      table.forEach(cell -> cells.add(ByteString.copyFromUtf8((String) cell)));
      return pending(tag, cells, table.size());
    }
    int columns = table.getFirst() instanceof List<?> row ? row.size() : -1;
    for (Object each : table) {
      if (!(each instanceof List<?> row)
          || row.size() != columns
          || !row.stream().allMatch(String.class::isInstance)) {
        throw new IllegalArgumentException(
            "SummaryWriter.text: expected a list of strings, or of lists of strings of one length,"
                + " received the row "
                + each
                + (columns < 0 ? "" : " where others have length " + columns));
      }
      row.forEach(cell -> cells.add(ByteString.copyFromUtf8((String) cell)));
    }
    return pending(tag, cells, table.size(), columns);
  }

  private static PendingEvent pending(String tag, List<ByteString> cells, long... shape) {
    TensorProto tensor = TensorProtos.strings(cells, shape);
    return PendingEvent.summary(tag, "text", tensor.getSerializedSize(), () -> tensor);
  }
}
