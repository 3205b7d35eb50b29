package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.SessionLog;
import dev.tapedeck.summaries.proto.SessionLog.SessionStatus;
import dev.tapedeck.train.Trainable;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a training: the number of complete epochs and of steps of the next one. */
record Position(long epoch, long step) implements Comparable<Position> {
  static final Position START = new Position(0, 0);

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::epoch).thenComparingLong(Position::step);
  private static final Pattern TEXT = Pattern.compile("epoch (\\d{1,18}), step (\\d{1,18})");

  static Position of(Trainable<?, ?> model) {
    return new Position(model.progress().epoch(), model.progress().step());
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** Returns an event that marks this position in a file. */
  PendingEvent mark() {
    SessionLog log =
        SessionLog.newBuilder()
            .setStatus(SessionStatus.CHECKPOINT)
            .setMsg("epoch " + epoch + ", step " + step)
            .build();
    return PendingEvent.of(Event.newBuilder().setSessionLog(log).build());
  }

  /** Returns the position that an event marks. */
  static Optional<Position> markedBy(Event event) {
    if (event.getSessionLog().getStatus() != SessionStatus.CHECKPOINT) {
      return Optional.empty();
    }
    Matcher text = TEXT.matcher(event.getSessionLog().getMsg());
    return text.matches()
        ? Optional.of(new Position(Long.parseLong(text.group(1)), Long.parseLong(text.group(2))))
        : Optional.empty();
  }
}
