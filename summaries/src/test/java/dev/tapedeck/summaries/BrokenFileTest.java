package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that cannot be written costs its summaries and one warning, never the training. */
class BrokenFileTest {
  private final Log log = new Log();

  @TempDir Path temp;

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void aRemovedFolder() throws IOException {
    Path logdir = temp.resolve("run");
    try (var writer = SummaryWriter.open(logdir)) {
      writer.scalar("loss", 1);
      writer.flush();
      assertEquals(List.of(), log.messages());

      Path file = EventReader.onlyFile(logdir);
      Files.delete(file);
      Files.delete(logdir);
      for (int i = 0; i < 3; i++) {
        writer.scalar("loss", i);
        writer.flush();
      }
      assertOneWarning(file, "removed");
    }
    assertEquals(1, log.messages().size());
  }

  @Test
  void aFullDisk() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    EventQueue queue = EventQueue.start(file, new RecordWriter(new FullDisk()));
    for (int i = 0; i < 3_000; i++) {
      queue.add(scalar(i));
    }
    queue.flush();
    assertOneWarning(file, "No space left on device");
    queue.close();
    assertEquals(1, log.messages().size());
  }

  @Test
  void aFullDevice() throws IOException {
    Path file = Path.of("/dev/full"); // takes nothing, on Linux
    assumeTrue(Files.exists(file));
    var out = Files.newOutputStream(file, StandardOpenOption.WRITE);
    EventQueue queue = EventQueue.start(file, new RecordWriter(out));
    for (int i = 0; i < 3_000; i++) {
      queue.add(scalar(i));
    }
    queue.close();
    assertOneWarning(file, "No space left on device");
  }

  @Test
  void anUnexpectedError() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    var out =
        new FullDisk() {
          @Override
          public void write(byte[] bytes, int from, int length) {
            throw new AssertionError("unexpected");
          }
        };
    EventQueue queue = EventQueue.start(file, new RecordWriter(out));
    queue.add(scalar(1));
    queue.flush();
    assertOneWarning(file, "unexpected");
    queue.add(scalar(2));
    queue.close();
  }

  @Test
  void anErrorWhileASummaryIsMade() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    EventQueue queue = EventQueue.start(file, new RecordWriter(Files.newOutputStream(file)));
    queue.add(
        PendingEvent.summary(
            "loss",
            "scalars",
            0,
            () -> {
              throw new OutOfMemoryError("unexpected");
            }));
    queue.flush();
    assertOneWarning(file, "unexpected");
    queue.add(scalar(2));
    queue.flush();
    queue.close();
    assertEquals(1, log.messages().size());
  }

  /** Training goes on even without the thread. */
  @Test
  void anErrorThatEndsTheThread() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    EventQueue queue = EventQueue.start(file, new RecordWriter(new FullDisk()));
    log.failWith(new LinkageError("unexpected"));
    for (int i = 0; i < 3; i++) {
      queue.add(scalar(1));
      queue.flush();
    }
    queue.close();
    assertThrows(IllegalStateException.class, () -> queue.add(scalar(1)));
    assertOneWarning(file, "No space left on device");
  }

  @Test
  void anErrorWhenTheFileIsClosed() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            throw new LinkageError("unexpected");
          }
        };
    EventQueue queue = EventQueue.start(file, new RecordWriter(out));
    queue.add(scalar(1));
    queue.close();
    assertOneWarning(file, "unexpected");
  }

  private static PendingEvent scalar(int value) {
    return PendingEvent.summary("loss", "scalars", 0, () -> TensorProtos.scalar(value));
  }

  private void assertOneWarning(Path file, String why) {
    assertEquals(1, log.messages().size());
    String message = log.messages().getFirst();
    assertTrue(message.contains(file.toString()) && message.contains(why), message);
  }

  /** Takes nothing, not even when it is closed. */
  private static class FullDisk extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }

    @Override
    public void close() throws IOException {
      write(0);
    }
  }
}
