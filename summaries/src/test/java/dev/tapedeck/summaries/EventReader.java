package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.summaries.proto.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads event files back, checking every checksum. */
final class EventReader {
  /** One point of a curve. */
  record Point(String tag, long step, float value) {}

  private EventReader() {}

  static List<Path> files(Path logdir) throws IOException {
    try (var files = Files.list(logdir)) {
      return files.sorted().toList();
    }
  }

  static Path onlyFile(Path logdir) throws IOException {
    List<Path> files = files(logdir);
    assertEquals(1, files.size(), () -> "files: " + files);
    return files.getFirst();
  }

  static List<Event> events(Path file) throws IOException {
    var events = new ArrayList<Event>();
    var buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      var length = new byte[8];
      buffer.get(buffer.position(), length);
      var data = new byte[(int) buffer.getLong()];
      assertEquals(maskedCrc(length), buffer.getInt(), "checksum of a length");
      buffer.get(data);
      assertEquals(maskedCrc(data), buffer.getInt(), "checksum of data");
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  /** The points of a file that starts as it should. */
  static List<Point> points(Path file) throws IOException {
    List<Event> events = events(file);
    assertEquals("brain.Event:2", events.getFirst().getFileVersion());
    return events.stream().filter(Event::hasSummary).map(EventReader::point).toList();
  }

  private static Point point(Event event) {
    var value = event.getSummary().getValue(0);
    return new Point(value.getTag(), event.getStep(), value.getTensor().getFloatVal(0));
  }

  private static int maskedCrc(byte[] data) {
    var crc = new CRC32C();
    crc.update(data);
    return RecordWriter.mask((int) crc.getValue());
  }
}
