package dev.tapedeck.summaries;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.SessionLog.SessionStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Events in the files of a run that is resumed at a position: those before the position, which
 * stay, and those after it, which training will record again.
 *
 * <p>TensorBoard cannot drop the latter alone: it drops events by step, and the curves of a run
 * count different steps, epochs or batches. So it is made to drop all, and the files are replaced
 * by one that begins with a copy of the former.
 */
final class EarlierEvents {
  /** A place in the files. */
  private record Place(int file, long offset) {}

  private final List<Path> files;
  private Place from = new Place(0, 0); // TensorBoard drops what comes before
  private Place to; // what comes after must be dropped
  private int starts;
  private int count;
  private int kept;
  private boolean marked; // whether there is a mark at the position
  private boolean whole; // whether the last file ends with a complete record

  private EarlierEvents(List<Path> files) {
    this.files = files;
  }

  /** Reads the files of a run, in TensorBoard's order. */
  static EarlierEvents at(List<Path> files, Position position) throws IOException {
    EarlierEvents earlier = new EarlierEvents(files);
    Place later = null;
    int before = 0;
    for (int i = 0; i < files.size(); i++) {
      try (RecordReader records = new RecordReader(files.get(i))) {
        long begin = 0;
        for (byte[] data; (data = records.next()) != null; begin = records.position()) {
          Event event = parse(data);
          Place end = new Place(i, records.position());
          Optional<Position> marked = Position.markedBy(event);
          if (isRestart(event) && ++earlier.starts > 1) {
            earlier.from = end;
            earlier.to = null;
            earlier.marked = false;
            earlier.count = 0;
            later = null;
          } else if (marked.isPresent() && marked.get().equals(position)) {
            earlier.to = end;
            earlier.kept = earlier.count;
            earlier.marked = true;
          } else if (marked.isPresent() && marked.get().compareTo(position) > 0 && later == null) {
            later = new Place(i, begin);
            before = earlier.count;
          } else if (isShown(event)) {
            earlier.count++;
          }
        }
        earlier.whole = records.isAtEnd();
      }
    }
    if (earlier.to == null) {
      // The run began after the position, or has no marks.
      earlier.to = later == null ? new Place(files.size(), 0) : later;
      earlier.kept = later == null ? earlier.count : before;
    }
    return earlier;
  }

  private static Event parse(byte[] data) {
    try {
      return Event.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      return Event.getDefaultInstance();
    }
  }

  private static boolean isRestart(Event event) {
    return event.getSessionLog().getStatus() == SessionStatus.START && event.getStep() == 0;
  }

  private static boolean isShown(Event event) {
    return event.hasSummary() || event.hasGraphDef();
  }

  /** Returns whether there are events before the position. */
  boolean haveSome() {
    return kept > 0;
  }

  /** Returns whether there are events after the position. */
  boolean haveLater() {
    return count > kept;
  }

  /** Returns whether the files end at the position. */
  boolean endThere() {
    return marked && haveSome() && !haveLater();
  }

  /** Returns whether the last file ends with a complete record. */
  boolean areWhole() {
    return whole;
  }

  /** Returns the files whose events TensorBoard keeps. */
  List<Path> files() {
    return files.subList(from.file, files.size());
  }

  /** Writes the events before the position, including the marks. */
  void copyTo(RecordWriter out) throws IOException {
    for (int i = from.file; i <= to.file && i < files.size(); i++) {
      try (RecordReader records = new RecordReader(files.get(i))) {
        for (byte[] data; (data = records.next()) != null; ) {
          long end = records.position();
          if (i == to.file && end > to.offset) {
            return;
          }
          if ((i > from.file || end > from.offset) && !parse(data).hasFileVersion()) {
            out.write(data);
          }
        }
      }
    }
  }
}
