package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that stands still keeps nobody waiting, and not more than so much memory. */
class SlowDiskTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int LIMIT = (int) EventQueue.LIMIT / MEGABYTE;

  private final CountDownLatch writing = new CountDownLatch(1);
  private final Log log = new Log();
  private EventQueue queue;
  private Path file;

  @TempDir Path temp;

  @BeforeEach
  void open() throws IOException {
    file = temp.resolve("events");
    queue = EventQueue.start(file, new RecordWriter(new Stuck(Files.newOutputStream(file))));
  }

  @Test
  void dropsWhatHasNoRoomAndSaysHowMuch() throws IOException {
    var text = TensorProtos.strings(List.of(ByteString.copyFrom(new byte[MEGABYTE])));
    try (log) {
      for (int i = 0; i < 2 * LIMIT; i++) {
        queue.add(PendingEvent.summary("text", "text", MEGABYTE, () -> text));
      }
      assertEquals(1, log.messages().size());
      assertTrue(log.messages().getFirst().contains("64 MB of summaries wait for " + file));
      writing.countDown();
      queue.close();
      int recorded = EventReader.events(file).size();
      assertTrue(LIMIT / 2 < recorded && recorded <= LIMIT, "recorded " + recorded);
      assertEquals(2, log.messages().size());
      String count = (2 * LIMIT - recorded) + " summaries were dropped while " + file;
      assertTrue(log.messages().getLast().contains(count), log.messages()::getLast);
    }
  }

  @Test
  void recordsAgainWhenThereIsRoom() throws IOException {
    var text = TensorProtos.strings(List.of(ByteString.copyFrom(new byte[MEGABYTE])));
    try (log) {
      for (int i = 0; i < 2 * LIMIT; i++) {
        queue.add(PendingEvent.summary("text", "text", MEGABYTE, () -> text));
      }
      writing.countDown();
      queue.flush();
      queue.add(PendingEvent.summary("last", "text", MEGABYTE, () -> text));
      queue.close();
      assertEquals(2, log.messages().size());
    }
    assertEquals("last", EventReader.events(file).getLast().getSummary().getValue(0).getTag());
  }

  @Test
  void callersMakeSmallEventsOfLargeValues() throws IOException {
    var made = new AtomicInteger();
    Thread caller = Thread.currentThread();
    try (log) {
      for (int i = 0; i < 4 * LIMIT; i++) {
        queue.add(
            PendingEvent.summary(
                "loss",
                "scalars",
                MEGABYTE,
                () -> {
                  made.addAndGet(Thread.currentThread().equals(caller) ? 1 : 0);
                  return TensorProtos.scalar(1);
                }));
      }
      assertTrue(made.get() > 3 * LIMIT, "made " + made);
      writing.countDown();
      queue.close();
      assertEquals(List.of(), log.messages());
    }
    assertEquals(4 * LIMIT, EventReader.events(file).size());
  }

  @Test
  void aLargeEventKeepsNoOtherOut() throws IOException {
    try (log) {
      queue.add(summary("large", 2 * LIMIT, 1));
      for (int i = 0; i < 100; i++) {
        queue.add(summary("small", 0, 0));
      }
      assertEquals(List.of(), log.messages());
      writing.countDown();
      queue.close();
      assertEquals(List.of(), log.messages());
    }
    assertEquals(101, EventReader.events(file).size());
  }

  /** A caller makes it, since the other one waits as it was captured: then both are small. */
  @Test
  void aSecondLargeValueIsMadeSmall() throws IOException {
    try (log) {
      for (int i = 0; i < 3; i++) {
        queue.add(summary("large", 2 * LIMIT, 0));
      }
      writing.countDown();
      queue.close();
      assertEquals(List.of(), log.messages());
    }
    assertEquals(3, EventReader.events(file).size());
  }

  /** Such as a histogram of few values in many buckets. */
  @Test
  void whatIsSmallerAsItWasCapturedStaysSo() throws IOException {
    try (log) {
      for (int i = 0; i < LIMIT; i++) {
        queue.add(summary("captured", i <= LIMIT / 2 ? 1 : 0, 2));
      }
      writing.countDown();
      queue.close();
      assertEquals(List.of(), log.messages());
    }
    assertEquals(LIMIT, EventReader.events(file).size());
  }

  @Test
  void ofEventsThatStayLargeOneWaits() throws IOException {
    int large = LIMIT / 2 + 1;
    try (log) {
      for (int i = 0; i < 3; i++) {
        queue.add(summary("large", large, large));
        queue.add(summary("small", 0, 0));
      }
      assertEquals(1, log.messages().size());
      String why = "a summary of 33 MB is dropped, since another of more than 32 MB still waits";
      assertTrue(log.messages().getFirst().contains(why), log.messages()::getFirst);
      writing.countDown();
      queue.flush();
      assertEquals(2, log.messages().size());
      String count = "2 summaries of more than 32 MB were dropped";
      assertTrue(log.messages().getLast().contains(count), log.messages()::getLast);
      queue.add(summary("large", large, large));
      queue.close();
      assertEquals(2, log.messages().size());
    }
    assertEquals(5, EventReader.events(file).size());
  }

  /** An adding thread that makes its event itself trains on, whatever happens. */
  @Test
  void whatACallerCannotMakeIsLeftOut() throws IOException {
    try (log) {
      queue.add(summary("large", LIMIT, 0));
      queue.add(failing(new IllegalStateException("unexpected")));
      assertEquals(1, log.messages().size());
      assertTrue(log.messages().getFirst().contains("could not be made and is left out"));
      queue.add(summary("small", 0, 0));
      queue.add(failing(new OutOfMemoryError("unexpected")));
      queue.add(failing(new OutOfMemoryError("unexpected")));
      assertEquals(2, log.messages().size());
      assertTrue(log.messages().getLast().contains("unexpected"), log.messages()::getLast);
      writing.countDown();
      queue.close();
      assertEquals(2, log.messages().size());
    }
  }

  /** Returns a summary that takes so many megabytes before it is made, and when it is. */
  private static PendingEvent summary(String tag, int captured, int made) {
    var text = TensorProtos.strings(List.of(ByteString.copyFrom(new byte[made * MEGABYTE])));
    return PendingEvent.summary(tag, "text", (long) captured * MEGABYTE, () -> text);
  }

  private static PendingEvent failing(Throwable why) {
    return PendingEvent.summary(
        "failing",
        "text",
        LIMIT * (long) MEGABYTE,
        () -> {
          if (why instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) why;
        });
  }

  /** Writes nothing until it may. */
  private final class Stuck extends FilterOutputStream {
    Stuck(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        writing.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      out.write(bytes, from, length);
    }
  }
}
