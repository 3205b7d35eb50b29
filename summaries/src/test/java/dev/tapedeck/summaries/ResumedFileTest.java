package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that goes on has one file. */
class ResumedFileTest {
  @TempDir Path run;

  private void record(boolean resumed, long from, long to) {
    try (SummaryWriter writer =
        resumed ? SummaryWriter.resume(run, from) : SummaryWriter.open(run)) {
      assertEquals(resumed, writer.isResumed());
      for (long step = from; step < to; step++) {
        writer.scalar("loss", 0.5, step);
      }
      writer.mark(to);
    }
  }

  private List<Long> steps() throws IOException {
    return EventReader.events(EventReader.onlyFile(run)).stream()
        .filter(
            event ->
                event.getSummary().getValueList().stream().anyMatch(v -> v.getTag().equals("loss")))
        .map(event -> event.getStep())
        .toList();
  }

  @Test
  void whereNothingIsLostTheFileIsGoneOnWith() throws IOException {
    record(false, 0, 3);
    Path file = EventReader.onlyFile(run);
    record(true, 3, 5);
    record(true, 5, 6);
    assertEquals(file, EventReader.onlyFile(run));
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), steps());
  }

  @Test
  void afterAHalfRecordThereIsANewFileInItsPlace() throws IOException {
    record(false, 0, 3);
    Path file = EventReader.onlyFile(run);
    Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    record(true, 3, 5);
    assertFalse(Files.exists(file));
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), steps());
  }

  @Test
  void whereSomethingIsLostThereIsANewFileInItsPlace() throws IOException {
    record(false, 0, 3);
    record(true, 3, 5);
    record(true, 3, 4);
    assertEquals(List.of(0L, 1L, 2L, 3L), steps());
  }

  @Test
  void aFileWithoutTheMarkStays() throws IOException {
    try (SummaryWriter writer = SummaryWriter.open(run)) {
      writer.scalar("loss", 1, 1);
    }
    try (SummaryWriter writer = SummaryWriter.resume(run, 2)) {
      writer.scalar("loss", 2, 2);
    }
    try (Stream<Path> files = Files.list(run)) {
      assertEquals(2, files.count());
    }
  }
}
