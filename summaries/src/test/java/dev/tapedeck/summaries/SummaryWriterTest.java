package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.summaries.EventReader.Point;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.HParamsPluginData;
import dev.tapedeck.summaries.proto.SessionEndInfo;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryWriterTest {
  @TempDir Path temp;

  @Test
  void writesTheFileVersionAtOnce() throws IOException {
    try (var writer = SummaryWriter.open(temp)) {
      List<Event> events = EventReader.events(EventReader.onlyFile(temp));
      assertEquals(1, events.size(), writer::toString);
      assertEquals("brain.Event:2", events.getFirst().getFileVersion());
    }
  }

  @Test
  void writesScalars() throws IOException {
    try (var writer = SummaryWriter.open(temp)) {
      assertEquals(0, writer.step());
      writer.scalar("loss", 3);
      writer.scalar("loss", 0.1, 7);
      writer.step(9).scalar("accuracy", Double.POSITIVE_INFINITY);
    }
    assertEquals(
        List.of(
            new Point("loss", 0, 3),
            new Point("loss", 7, 0.1f),
            new Point("accuracy", 9, Float.POSITIVE_INFINITY)),
        EventReader.points(EventReader.onlyFile(temp)));
  }

  @Test
  void stampsEventsWithTheTime() throws IOException {
    double before = System.currentTimeMillis() / 1000.0;
    try (var writer = SummaryWriter.open(temp)) {
      writer.scalar("loss", 1);
    }
    double after = System.currentTimeMillis() / 1000.0;
    for (Event event : EventReader.events(EventReader.onlyFile(temp))) {
      assertTrue(before <= event.getWallTime() && event.getWallTime() <= after);
    }
  }

  @Test
  void flushWritesWhatWasRecorded() throws IOException {
    try (var writer = SummaryWriter.open(temp)) {
      writer.scalar("loss", 1);
      writer.flush();
      assertEquals(1, EventReader.points(EventReader.onlyFile(temp)).size());
    }
  }

  @Test
  void flushesByItselfWithinSeconds() throws Exception {
    try (var writer = SummaryWriter.open(temp)) {
      Path file = EventReader.onlyFile(temp);
      long empty = Files.size(file);
      writer.scalar("loss", 1);
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (Files.size(file) == empty && System.nanoTime() < deadline) {
        Thread.sleep(50);
      }
      assertEquals(1, EventReader.points(file).size());
    }
  }

  @Test
  void writersInOneFolderHaveFilesOfTheirOwn() throws IOException {
    Path logdir = temp.resolve("new/run");
    try (var first = SummaryWriter.open(logdir);
        var second = SummaryWriter.open(logdir)) {
      first.scalar("first", 1);
      second.scalar("second", 2);
    }
    List<Path> files = EventReader.files(logdir);
    assertEquals(
        List.of(new Point("first", 0, 1), new Point("second", 0, 2)),
        files.stream().flatMap(file -> points(file).stream()).toList());
    for (Path file : files) {
      String name = file.getFileName().toString();
      assertTrue(name.matches("events\\.out\\.tfevents\\.\\d{10}\\..+\\.\\d+\\.\\d+\\.v2"), name);
    }
  }

  @Test
  void threadsShareAWriter() throws Exception {
    try (var writer = SummaryWriter.open(temp)) {
      try (var threads = Executors.newFixedThreadPool(4)) {
        for (int thread = 0; thread < 4; thread++) {
          String tag = "thread" + thread;
          threads.execute(() -> IntStream.range(0, 1_000).forEach(i -> writer.scalar(tag, i, i)));
        }
      }
    }
    var byTag =
        EventReader.points(EventReader.onlyFile(temp)).stream()
            .collect(
                Collectors.groupingBy(
                    Point::tag, Collectors.mapping(Point::step, Collectors.toList())));
    assertEquals(4, byTag.size());
    var inOrder = IntStream.range(0, 1_000).mapToObj(i -> (long) i).toList();
    byTag.forEach((tag, steps) -> assertEquals(inOrder, steps, tag));
  }

  @Test
  void recordsAllOfATightLoop() throws IOException {
    int count = 50_000;
    try (var writer = SummaryWriter.open(temp)) {
      for (int i = 0; i < count; i++) {
        writer.scalar("loss", i, i);
      }
    }
    assertEquals(count, EventReader.points(EventReader.onlyFile(temp)).size());
  }

  @Test
  void recordsValuesAsTheyWereAtTheCall() throws IOException {
    Tensor released = Tensor.of(new float[] {1, 2});
    var variable = Variable.of(new float[] {1, 2});
    try (var writer = SummaryWriter.open(temp)) {
      writer.histogram("released", released, 2, 0);
      released.release();
      writer.histogram("assigned", variable, 2, 0);
      variable.assign(new float[] {100, 200});
    }
    var events = EventReader.events(EventReader.onlyFile(temp));
    assertEquals(3, events.size());
    var tensor = events.get(1).getSummary().getValue(0).getTensor();
    assertEquals(tensor, events.get(2).getSummary().getValue(0).getTensor());
  }

  @Test
  void aRunWithHyperparametersEndsOnce() throws Exception {
    try (var writer = SummaryWriter.open(temp)) {
      writer.hparams(Map.of("units", 16));
      writer.hparamsEnd(HParams.Status.FAILURE);
    }
    var events = EventReader.events(EventReader.onlyFile(temp));
    assertEquals(3, events.size());
    var end = events.getLast().getSummary().getValue(0);
    assertEquals("_hparams_/session_end_info", end.getTag());
    assertEquals(
        SessionEndInfo.Status.STATUS_FAILURE,
        HParamsPluginData.parseFrom(end.getMetadata().getPluginData().getContent())
            .getSessionEndInfo()
            .getStatus());
  }

  @Test
  void anInterruptedThreadRecords() throws IOException {
    Thread.currentThread().interrupt();
    try (var writer = SummaryWriter.open(temp)) {
      writer.scalar("loss", 1);
      writer.flush();
    }
    assertTrue(Thread.interrupted());
    assertEquals(1, EventReader.points(EventReader.onlyFile(temp)).size());
  }

  @Test
  void closingTwiceIsFine() {
    var writer = SummaryWriter.open(temp);
    writer.close();
    writer.close();
    writer.flush();
  }

  @Test
  void aClosedWriterRefusesSummaries() {
    var writer = SummaryWriter.open(temp);
    writer.close();
    var e = assertThrows(IllegalStateException.class, () -> writer.scalar("loss", 1));
    assertTrue(e.getMessage().startsWith("SummaryWriter: already closed: " + temp));
  }

  @Test
  void refusesAnEmptyTag() {
    try (var writer = SummaryWriter.open(temp)) {
      assertThrows(IllegalArgumentException.class, () -> writer.scalar("", 1));
    }
  }

  @Test
  void saysWhichFolderCannotBeMade() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    var e = assertThrows(UncheckedIOException.class, () -> SummaryWriter.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }

  private static List<Point> points(Path file) {
    try {
      return EventReader.points(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void losses(SummaryWriter writer, int from, int to, double value) {
    IntStream.rangeClosed(from, to).forEach(step -> writer.scalar("loss", value, step));
  }

  @Test
  void aResumedRunKeepsWhatWasMarkedAndLosesWhatCameAfter() throws IOException {
    try (var writer = SummaryWriter.open(temp)) {
      losses(writer, 1, 3, 0.5);
      writer.mark(3);
      losses(writer, 4, 6, 0.25);
    }
    try (var writer = SummaryWriter.resume(temp, 3)) {
      assertTrue(writer.isResumed());
      losses(writer, 4, 4, 0.125);
    }
    assertEquals(
        List.of(
            new Point("loss", 1, 0.5f),
            new Point("loss", 2, 0.5f),
            new Point("loss", 3, 0.5f),
            new Point("loss", 4, 0.125f)),
        EventReader.points(EventReader.onlyFile(temp)));
  }
}
