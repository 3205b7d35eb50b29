package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tapedeck.checkpoint.CheckpointManager.Best;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.testing.Jvm;
import dev.tapedeck.testing.Python;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class CheckpointManagerTest {
  private final Variable x = Variable.of(0f, "x");
  private final Checkpoint checkpoint = Checkpoint.of("x", x);
  private double seconds = 1e9;
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("run"));
  }

  private CheckpointManager manager() {
    return new CheckpointManager(checkpoint, folder)
        .clock(() -> Instant.ofEpochMilli(Math.round(seconds * 1000)), this::nanos);
  }

  private long nanos() {
    return Math.round((seconds - 1e9) * 1e9);
  }

  /** Saves the next number. */
  private Path save(CheckpointManager manager) {
    x.assignAdd(1);
    return manager.save();
  }

  /** The names of what is there, listed or not. */
  private List<String> files() {
    try {
      return AtomicFiles.list(folder, Pattern.compile(".*\\.index")).stream()
          .map(file -> file.getFileName().toString().replace(".index", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Collection<Path> prefixes) {
    return prefixes.stream().map(prefix -> prefix.getFileName().toString()).toList();
  }

  @Test
  void keepsTheNewest() throws IOException {
    CheckpointManager manager = manager().maxToKeep(2);
    assertEquals(Optional.empty(), manager.latestCheckpoint());
    assertEquals(Optional.empty(), manager.restoreLatest());
    assertEquals(Optional.empty(), manager.restoreLatestIntact());
    for (int i = 0; i < 3; i++) {
      save(manager);
    }
    assertEquals(List.of("ckpt-2", "ckpt-3"), names(manager.checkpoints()));
    assertEquals(List.of("ckpt-2", "ckpt-3"), files());
    assertEquals(5, folder.toFile().list().length);
    assertEquals(List.of("ckpt-4"), names(List.of(save(manager()))), "another manager goes on");
    assertEquals(List.of("ckpt-2", "ckpt-3", "ckpt-4"), files());
    assertThrows(IllegalArgumentException.class, () -> manager.maxToKeep(0));
    assertThrows(IllegalStateException.class, manager::bestCheckpoint);
  }

  @Test
  void othersCheckpointsAreNotRemoved() {
    CheckpointManager manager = manager().maxToKeep(1);
    save(manager);
    checkpoint.write(folder.resolve("epoch-10"));
    checkpoint.write(folder.resolve("mine"));
    assertEquals(List.of("ckpt-1"), names(manager.checkpoints()));
    save(manager);
    save(manager);
    assertEquals(List.of("ckpt-3", "epoch-10", "mine"), files());
    assertEquals("ckpt-3", manager.latestCheckpoint().orElseThrow().getFileName().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0 600 1200 1800 2400 3000 3600 4200 4800 5400 6000 6600 7200 9000 20000 20001 20002",
    "2, 1, 0 3598 3599 3600 3601 7199 7200 7201 7202 10000 20000 30000 30001 30002 30003",
    "3, 0.5, 0 1 2 3 4 5 1799 1800 1801 1802 1803 3600 3601 3602 3603 5400 7200 9000 9001 9002",
  })
  void keepsWhatTensorFlowKeepsForGood(int keep, double hours, String times) throws Exception {
    List<Double> clock =
        Arrays.stream(times.split(" ", -1)).map(t -> 1e9 + Double.parseDouble(t)).toList();
    seconds = clock.getFirst();
    CheckpointManager manager =
        manager().maxToKeep(keep).keepEvery(Duration.ofSeconds(Math.round(hours * 3600)));
    for (double time : clock.subList(1, clock.size())) {
      seconds = time;
      save(manager);
    }
    List<String> ours = files();
    List<String> listed = names(manager.checkpoints());
    Path theirs = temp.resolve("theirs");
    List<Object> arguments = new ArrayList<>(List.of("times", theirs, keep, hours));
    arguments.addAll(clock);
    Python.run(temp, CheckpointManagerTest.class, "manager.py", arguments.toArray());
    folder = theirs;
    assertEquals(files(), ours);
    assertEquals(names(manager().checkpoints()), listed);
    assertTrue(ours.size() > keep, "some are kept for good");
  }

  @Test
  void savesWhenStepsAndTimeHavePassed() {
    CheckpointManager manager = manager().saveEvery(10).saveEvery(Duration.ofSeconds(5));
    assertTrue(manager.saveIfDue(3).isPresent(), "the first");
    seconds += 5;
    assertTrue(manager.saveIfDue(12).isEmpty(), "9 steps");
    assertTrue(manager.saveIfDue(13).isPresent(), "10 steps, 5 seconds");
    seconds += 4.999;
    assertTrue(manager.saveIfDue(100).isEmpty());
    seconds += 0.001;
    assertTrue(manager.saveIfDue(100).isPresent());
    assertEquals(3, files().size());
  }

  @Test
  void aClockThatIsSetBackChangesNothing() throws IOException {
    Instant[] clock = {Instant.ofEpochSecond(1_000_000_000)};
    CheckpointManager manager =
        new CheckpointManager(checkpoint, folder)
            .clock(() -> clock[0], this::nanos)
            .maxToKeep(1)
            .keepEvery(Duration.ofSeconds(30))
            .saveEvery(Duration.ofSeconds(10));
    int step = 0;
    for (int i = 0; i < 10; i++) {
      assertTrue(manager.saveIfDue(step++).isPresent());
      assertTrue(manager.saveIfDue(step++).isEmpty());
      clock[0] = clock[0].minus(Duration.ofDays(i));
      seconds += 10;
    }
    // One whenever 30 seconds have passed.
    assertEquals(List.of("ckpt-10", "ckpt-4", "ckpt-7"), files());
  }

  @ParameterizedTest
  @CsvSource({
    "MAX, 1 5 3 NaN 2, ckpt-2 ckpt-3 ckpt-5, ckpt-2",
    "MIN, 1 5 3 NaN 2, ckpt-1 ckpt-5, ckpt-1",
    "MAX, 4 4 4 4 1, ckpt-3 ckpt-4 ckpt-5, ckpt-3",
    "MIN, NaN NaN NaN, ckpt-2 ckpt-3, ",
    "MIN, Infinity -Infinity 0 7, ckpt-2 ckpt-3 ckpt-4, ckpt-2",
  })
  void keepsTheBestAndTheNewest(Best which, String metrics, String kept, String best) {
    for (String metric : metrics.split(" ", -1)) {
      // Each time another one, which only knows what is in the files.
      manager().maxToKeep(2).keepBest(which).save(Double.parseDouble(metric));
    }
    assertEquals(List.of(kept.split(" ", -1)), files());
    Optional<Path> found = manager().keepBest(which).bestCheckpoint();
    assertEquals(Optional.ofNullable(best), found.map(p -> p.getFileName().toString()));
  }

  @Test
  void savesInTheBackgroundTheValuesAtTheCall() {
    Variable large = Variable.of(new float[1 << 20], "large");
    Checkpoint both = Checkpoint.of("x", x).and("large", large);
    try (CheckpointManager manager = new CheckpointManager(both, folder).asynchronous()) {
      for (int i = 1; i <= 5; i++) {
        x.assign(i);
        large.assign(i);
        manager.save();
        x.assign(-1);
        large.assign(-1);
      }
      for (int i = 1; i <= 5; i++) {
        both.restore(manager.checkpoints().get(i - 1));
        assertEquals(i, x.value().item());
        assertEquals(i, large.value().min().item());
        assertEquals(i, large.value().max().item());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWentWrongInTheBackgroundIsThrownOnce(boolean byClose) throws IOException {
    CheckpointManager manager = manager().asynchronous();
    Files.delete(folder);
    Files.writeString(folder, "a file");
    save(manager);
    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, byClose ? manager::close : manager::save);
    assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    Files.delete(folder);
    save(manager);
    manager.close();
    manager.close();
    assertEquals(1, files().size());
  }

  /** Saves on a daemon's behalf, and returns from main. */
  static final class SavingAtTheEnd {
    private SavingAtTheEnd() {}

    public static void main(String[] args) throws InterruptedException {
      Thread daemon = new Thread(() -> save(Path.of(args[0])));
      daemon.setDaemon(true);
      daemon.start();
      daemon.join();
    }

    @SuppressWarnings("resource") // that it is not closed is what is tested
    private static void save(Path folder) {
      Variable large = Variable.of(new float[8 << 20], "x");
      new CheckpointManager(Checkpoint.of("x", large), folder).asynchronous().save();
    }
  }

  @Test
  void theLastSaveIsCompletedAtExit() throws Exception {
    Process process = Jvm.quick(SavingAtTheEnd.class, folder).inheritIO().start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue());
    Variable read = Variable.of(new float[8 << 20], "x");
    Checkpoint.of("x", read).restore(Checkpoint.latestCheckpoint(folder).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, Long.MAX_VALUE})
  void tensorFlowAndWeGoOnInEachOthersFolder(long shardBytes) throws Exception {
    CheckpointManager manager = manager().maxToKeep(3).shardBytes(shardBytes);
    for (int i = 0; i < 4; i++) {
      save(manager);
    }
    long files = folder.toFile().list((_, name) -> name.startsWith("ckpt-4.data")).length;
    assertEquals(shardBytes == 1, files > 1, "data files");
    Path moved = Files.move(folder, temp.resolve("moved"));
    folder = moved;
    List<String> printed =
        Python.run(temp, CheckpointManagerTest.class, "manager.py", "continue", moved);
    assertEquals(
        List.of(
            moved.resolve("ckpt-4").toString(),
            "4.0",
            "%1$s/ckpt-2 %1$s/ckpt-3 %1$s/ckpt-4".formatted(moved),
            moved.resolve("ckpt-5").toString()),
        printed);
    assertEquals(List.of("ckpt-3", "ckpt-4", "ckpt-5"), files());

    CheckpointManager again = manager().maxToKeep(3);
    assertEquals(moved.resolve("ckpt-5"), again.restoreLatest().orElseThrow());
    assertEquals(5, x.value().item());
    assertEquals(moved.resolve("ckpt-6"), save(again));
    assertEquals(List.of("ckpt-4", "ckpt-5", "ckpt-6"), files());
    assertEquals(
        "6.0",
        Python.run(temp, CheckpointManagerTest.class, "manager.py", "continue", moved).get(1));
  }

  @Test
  void aDamagedCheckpointIsPassedOverWithAWarning() throws IOException {
    CheckpointManager manager = manager();
    for (int i = 0; i < 3; i++) {
      save(manager);
    }
    Path data = folder.resolve("ckpt-3.data-00000-of-00001");
    damage(data);
    damage(folder.resolve("ckpt-2.index"));
    Logger logger =
        assertInstanceOf(Logger.class, LoggerFactory.getLogger(CheckpointManager.class));
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      assertThrows(CheckpointException.class, manager::restoreLatest);
      assertEquals(folder.resolve("ckpt-1"), manager.restoreLatestIntact().orElseThrow());
    } finally {
      logger.detachAppender(log);
    }
    assertEquals(1, x.value().item());
    assertEquals(2, log.list.size());
    assertTrue(log.list.getFirst().getFormattedMessage().contains(data.toString()));
    assertEquals(folder.resolve("ckpt-4"), save(manager), "no number twice");

    Checkpoint other = Checkpoint.of("y", Variable.of(1f));
    assertThrows(
        IllegalArgumentException.class,
        new CheckpointManager(other, folder)::restoreLatestIntact,
        "another one is not what was asked for");
    damage(folder.resolve("ckpt-4.index"));
    damage(folder.resolve("ckpt-1.index"));
    assertThrows(CheckpointException.class, manager::restoreLatestIntact);
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[1] ^= 0x40;
    Files.write(file, bytes);
  }

  @Test
  void theListMayBeMissingOrOld() throws IOException {
    CheckpointManager manager = manager().maxToKeep(3);
    save(manager);
    save(manager);
    Path list = folder.resolve("checkpoint");
    byte[] old = Files.readAllBytes(list);
    save(manager);
    save(manager);
    Files.write(list, old); // ckpt-1 is gone; 3 and 4 are not in it
    Files.setLastModifiedTime(list, Files.getLastModifiedTime(folder.resolve("ckpt-3.index")));
    assertEquals(List.of("ckpt-2", "ckpt-3", "ckpt-4"), names(manager.checkpoints()));
    Files.delete(list);
    assertEquals(List.of("ckpt-2", "ckpt-3", "ckpt-4"), names(manager.checkpoints()));
    assertEquals(folder.resolve("ckpt-4"), Checkpoint.latestCheckpoint(folder).orElseThrow());
    save(manager);
    assertEquals(List.of("ckpt-3", "ckpt-4", "ckpt-5"), files());
  }

  @Test
  void aRemovalThatWasInterruptedIsCompleted() throws IOException {
    CheckpointManager manager = manager().maxToKeep(3);
    save(manager);
    save(manager);
    Files.delete(folder.resolve("ckpt-1.index"));
    assertEquals(List.of("ckpt-2"), names(manager.checkpoints()));
    save(manager);
    assertFalse(Files.exists(folder.resolve("ckpt-1.data-00000-of-00001")));
  }
}
