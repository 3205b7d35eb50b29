package dev.tapedeck.checkpoint;

import static dev.tapedeck.checkpoint.Snapshot.SHARD_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes that save, and restores what they leave. */
@DisabledOnOs(OS.WINDOWS)
class KillTest {
  private static final int KILLS = 100; // in each of two folders
  private static final String FIXED = "fixed";

  @TempDir Path temp;

  /** Variables that all hold the same number. */
  private static final class Same {
    private final List<Variable> variables =
        IntStream.of(30_000, 1, 50_000, 20_000)
            .mapToObj(size -> Variable.of(Tensor.of(new float[size])))
            .toList();
    private final Checkpoint checkpoint = Checkpoint.of("variables", variables);

    void assign(int number) {
      variables.forEach(variable -> variable.assign(number));
    }

    /** Returns the number; fails if they differ. */
    int number() {
      int number = (int) variables.getFirst().reading().toFloatArray()[0];
      for (Variable variable : variables) {
        for (float value : variable.reading().toFloatArray()) {
          assertEquals(number, value, "a torn checkpoint");
        }
      }
      return number;
    }

    CheckpointManager manager(Path folder, long shardBytes) {
      return new CheckpointManager(checkpoint, folder).maxToKeep(3).shardBytes(shardBytes);
    }
  }

  /** Saves numbers from one on for ever, and prints each that is saved. */
  static final class Saving {
    private Saving() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      Same same = new Same();
      try (CheckpointManager manager = same.manager(folder, Long.parseLong(args[2]))) {
        for (int i = Integer.parseInt(args[1]); ; i++) {
          same.assign(i);
          manager.save();
          System.out.println(i);
          same.checkpoint.write(folder.resolve(FIXED));
          System.out.println(i);
        }
      }
    }
  }

  @Test
  void theNewestIsCompleteWhereverAProcessIsKilled() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<Integer> one = both.submit(() -> killOften(temp.resolve("one"), 1));
      Future<Integer> two = both.submit(() -> killOften(temp.resolve("two"), SHARD_BYTES));
      int amidWriting = one.get() + two.get();
      assertTrue(amidWriting >= KILLS / 10, "only " + amidWriting + " were killed amid writing");
    }
  }

  /** Returns how many of the processes left something unfinished. */
  private static int killOften(Path temp, long shardBytes) throws Exception {
    Random random = new Random(shardBytes);
    Path folder = Files.createDirectories(temp.resolve("run"));
    Same same = new Same();
    int number = 0;
    int amidWriting = 0;
    for (int i = 0; i < KILLS; i++) {
      int before = number;
      int printed = saveUntilKilled(folder, before + 1, shardBytes, random.nextInt(40));
      amidWriting += temporaries(folder).isEmpty() ? 0 : 1;
      int saved = before + (printed + 1) / 2;
      int written = before + printed / 2;

      same.checkpoint.restore(folder.resolve(FIXED));
      assertBetween(written, saved, same.number());
      assertTrue(same.manager(folder, shardBytes).restoreLatest().isPresent());
      number = same.number();
      assertBetween(saved, saved + 1, number);
    }
    same.assign(number + 1);
    same.manager(folder, shardBytes).save();
    same.checkpoint.write(folder.resolve(FIXED));
    assertNothingIsLeftOver(folder);
    return amidWriting;
  }

  private static void assertBetween(int from, int to, int actual) {
    assertTrue(from <= actual && actual <= to, actual + " is not in " + from + " to " + to);
  }

  /** Returns how many lines the process printed. */
  private static int saveUntilKilled(Path folder, int start, long shardBytes, int milliseconds)
      throws IOException, InterruptedException {
    Path out = folder.resolveSibling("out.txt");
    Path err = folder.resolveSibling("err.txt");
    Process process =
        Jvm.quick(Saving.class, folder, start, shardBytes)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      while (lines(out) < 2) {
        assertFalse(process.waitFor(2, TimeUnit.MILLISECONDS), () -> "ended, see " + err);
      }
      assertFalse(process.waitFor(milliseconds, TimeUnit.MILLISECONDS), () -> "ended, see " + err);
    } finally {
      process.destroyForcibly().waitFor();
    }
    return lines(out);
  }

  private static int lines(Path file) throws IOException {
    return (int) Files.readString(file).chars().filter(c -> c == '\n').count();
  }

  private static List<Path> temporaries(Path folder) throws IOException {
    return AtomicFiles.list(folder, Pattern.compile(".*\\.tmp"));
  }

  /** Three checkpoints, the one with a fixed name, and the list. */
  private static void assertNothingIsLeftOver(Path folder) throws IOException {
    assertEquals(List.of(), temporaries(folder), "the next writer removes them");
    List<Path> data = AtomicFiles.list(folder, Pattern.compile(".*\\.data-.*"));
    Set<String> prefixes =
        data.stream()
            .map(file -> file.getFileName().toString())
            .map(name -> name.substring(0, name.indexOf('.')))
            .collect(Collectors.toSet());
    assertEquals(4, prefixes.size(), () -> "data files of " + prefixes);
    assertEquals(4, AtomicFiles.list(folder, Pattern.compile(".*\\.index")).size());
  }
}
