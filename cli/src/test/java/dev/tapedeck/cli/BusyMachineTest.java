package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training beside other programs. */
class BusyMachineTest {
  private static final List<Object> SETTINGS =
      List.of("--model", "cnn", "--limit", 640, "--seed", 3);

  @TempDir Path temp;

  private void train(Path folder, Object... more) throws Exception {
    Cli.Result result = Cli.run(temp, ResumeMnistTest.train(folder, SETTINGS, more));
    assertEquals(0, result.exit(), result.err());
  }

  /** Convolutions come out the same however long they take, and in another process. */
  @Test
  void cnnOfTheSameBits() throws Exception {
    Path quiet = temp.resolve("quiet");
    Path busy = temp.resolve("busy");
    train(quiet, "--epochs", 2);
    AtomicBoolean done = new AtomicBoolean();
    List<Thread> loops = new ArrayList<>();
    try {
      Stream.generate(() -> Thread.ofPlatform().daemon().unstarted(() -> spin(done)))
          .limit(2L * Runtime.getRuntime().availableProcessors())
          .forEach(loops::add);
      loops.forEach(Thread::start);
      train(busy, "--epochs", 1);
      train(busy, "--epochs", 2, "--resume");
    } finally {
      done.set(true);
      for (Thread loop : loops) {
        loop.join();
      }
    }
    assertEquals(ResumeMnistTest.values(quiet), ResumeMnistTest.values(busy));
  }

  private static void spin(AtomicBoolean done) {
    while (!done.get()) {
      Thread.onSpinWait();
    }
  }
}
