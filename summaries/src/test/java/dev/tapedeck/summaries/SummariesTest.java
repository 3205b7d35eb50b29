package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.summaries.EventReader.Point;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummariesTest {
  private SummaryWriter writer;

  @TempDir Path temp;

  @BeforeEach
  void open() {
    writer = SummaryWriter.open(temp);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void recordsEveryNthStep() throws IOException {
    try (var _ = writer.asDefault();
        var _ = Summaries.recordEvery(10)) {
      for (int step = 0; step <= 25; step++) {
        writer.step(step);
        Summaries.scalar("loss", step);
      }
    }
    assertEquals(
        List.of(new Point("loss", 0, 0), new Point("loss", 10, 10), new Point("loss", 20, 20)),
        points());
  }

  @Test
  void takesAnyNumber() throws IOException {
    try (var _ = writer.asDefault()) {
      Summaries.scalar("int", 1);
      Summaries.scalar("float", 2.5f);
      Summaries.scalar("decimal", new BigDecimal("3.5"));
    }
    assertEquals(
        List.of(new Point("int", 0, 1), new Point("float", 0, 2.5f), new Point("decimal", 0, 3.5f)),
        points());
  }

  @Test
  void recordsEveryKind() throws IOException {
    float[][] matrix = {{0.1f, 0.2f, 0.3f}};
    everyKind(matrix);
    try (var _ = writer.step(7).asDefault()) {
      try (var _ = Summaries.recordEvery(2)) {
        everyKind(matrix);
      }
      everyKind(matrix);
    }
    writer.close();
    var events = EventReader.events(EventReader.onlyFile(temp)).stream().skip(1).toList();
    assertEquals(
        List.of("a", "b", "c", "d", "e", "f/pr_curves", "g_VERTEX", "h", "h/counts"),
        events.stream().map(event -> event.getSummary().getValue(0).getTag()).toList());
    assertTrue(events.stream().allMatch(event -> event.getStep() == 7));
  }

  private static void everyKind(float[][] matrix) {
    Summaries.histogram("a", matrix);
    Summaries.image("b", new float[][][] {matrix});
    Summaries.text("c", "text");
    Summaries.text("d", List.of("text"));
    Summaries.audio("e", matrix, 8_000);
    Summaries.prCurve("f", new int[1][3], matrix);
    Summaries.mesh("g", matrix, null, null);
    Summaries.confusionMatrix("h", new int[1][1], List.of());
  }

  @Test
  void doesNothingWithoutAWriter() throws Exception {
    Summaries.scalar("loss", 1);
    try (var _ = Summaries.recordEvery(1)) {
      Summaries.scalar("loss", 2);
    }
    try (var _ = writer.asDefault()) {
      Thread.ofPlatform().start(() -> Summaries.scalar("loss", 3)).join();
    }
    Summaries.scalar("loss", 4);
    assertEquals(List.of(), points());
  }

  @Test
  void innerScopesWin() throws IOException {
    try (var other = SummaryWriter.open(temp.resolve("other"));
        var _ = Summaries.recordEvery(2);
        var _ = writer.step(3).asDefault()) {
      Summaries.scalar("skipped", 1);
      try (var _ = Summaries.recordEvery(3)) {
        Summaries.scalar("recorded", 2);
        try (var _ = other.asDefault()) {
          Summaries.scalar("elsewhere", 3);
        }
      }
      Summaries.scalar("skipped", 4);
    }
    assertEquals(List.of(new Point("recorded", 3, 2)), points());
    assertEquals(
        List.of(new Point("elsewhere", 0, 3)),
        EventReader.points(EventReader.onlyFile(temp.resolve("other"))));
  }

  @Test
  void aScopeClosesOnceAndInOrder() {
    SummaryScope outer = writer.asDefault();
    SummaryScope inner = Summaries.recordEvery(2);
    assertThrows(IllegalStateException.class, outer::close);
    inner.close();
    inner.close();
    outer.close();
  }

  @Test
  void refusesWhatIsNotANumber() {
    try (var _ = writer.asDefault()) {
      var e = assertThrows(IllegalArgumentException.class, () -> Summaries.scalar("loss", "a lot"));
      assertEquals(
          "Summaries.scalar: expected one number for \"loss\": StringTensor: has text, which has no"
              + " numbers, received a read of numbers; use toList(), or look the strings up with a"
              + " StringLookup",
          e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> Summaries.scalar("loss", null));
    }
  }

  @Test
  void refusesToRecordEveryZerothStep() {
    var e = assertThrows(IllegalArgumentException.class, () -> Summaries.recordEvery(0));
    assertTrue(e.getMessage().contains("received 0"));
  }

  private List<Point> points() throws IOException {
    writer.close();
    try (var files = Files.list(temp)) {
      return EventReader.points(files.filter(Files::isRegularFile).findFirst().get());
    }
  }
}
