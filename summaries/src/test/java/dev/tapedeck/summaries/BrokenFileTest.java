package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A file that cannot be written costs its summaries and one warning, never the training. */
class BrokenFileTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(SummaryWriter.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir Path temp;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.setAdditive(true);
    logger.detachAppender(log);
  }

  @Test
  void aRemovedFolder() throws IOException {
    Path logdir = temp.resolve("run");
    try (var writer = SummaryWriter.open(logdir)) {
      writer.scalar("loss", 1);
      writer.flush();
      assertEquals(List.of(), log.list);

      Path file = EventReader.onlyFile(logdir);
      Files.delete(file);
      Files.delete(logdir);
      for (int i = 0; i < 3; i++) {
        writer.scalar("loss", i);
        writer.flush();
      }
      assertOneWarning(file, "removed");
    }
    assertEquals(1, log.list.size());
  }

  @Test
  void aFullDisk() throws IOException {
    Path file = Files.createFile(temp.resolve("events"));
    EventQueue queue = EventQueue.start(file, new RecordWriter(new FullDisk()));
    for (int i = 0; i < 3 * EventQueue.CAPACITY; i++) {
      queue.add(Events.scalar("loss", i, i));
    }
    queue.flush();
    assertOneWarning(file, "No space left on device");
    queue.close();
    assertEquals(1, log.list.size());
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
    queue.add(Events.scalar("loss", 1, 1));
    queue.flush();
    assertOneWarning(file, "unexpected");
    queue.add(Events.scalar("loss", 2, 2));
    queue.close();
  }

  private void assertOneWarning(Path file, String why) {
    assertEquals(1, log.list.size());
    ILoggingEvent warning = log.list.getFirst();
    assertEquals(Level.WARN, warning.getLevel());
    String message = warning.getFormattedMessage();
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
