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
        queue.add(Pending.summary("text", "text", MEGABYTE, () -> text));
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
        queue.add(Pending.summary("text", "text", MEGABYTE, () -> text));
      }
      writing.countDown();
      queue.flush();
      queue.add(Pending.summary("last", "text", MEGABYTE, () -> text));
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
            Pending.summary(
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
