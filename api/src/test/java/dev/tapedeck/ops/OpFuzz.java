package dev.tapedeck.ops;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.testing.FuzzJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Calls every public op with random arguments, in a process of its own that may die of it.
 *
 * <p>What is drawn for an op depends only on the seed and the op: {@code -Dtapedeck.fuzz.only}, the
 * start of its signature, repeats it alone.
 */
final class OpFuzz {
  static final String SEED = "tapedeck.fuzz.seed";
  static final String CALLS = "tapedeck.fuzz.calls";
  static final String ONLY = "tapedeck.fuzz.only";

  /** Till a call of an op is accepted, it gets this many. */
  private static final int SEARCH = 10_000;

  /** The most failures of one op that are printed. */
  private static final int PRINTED = 3;

  private final FuzzJournal journal;
  private int failures;
  private int accepted;
  private int refused;
  private final List<String> neverAccepted = new ArrayList<>();
  private final TreeMap<Long, String> slowest = new TreeMap<>();

  private OpFuzz(FuzzJournal journal) {
    this.journal = journal;
  }

  /** Takes the file in which the call that is being made is noted. */
  public static void main(String[] args) throws IOException {
    OpFuzz fuzz = new OpFuzz(new FuzzJournal(Path.of(args[0])));
    long seed = Long.getLong(SEED, 1);
    int calls = Integer.getInteger(CALLS, 40);
    long start = System.nanoTime();
    for (FuzzTarget target : FuzzTarget.all()) {
      if (target.toString().startsWith(System.getProperty(ONLY, ""))) {
        fuzz.fuzz(target, seed, calls);
      }
    }
    System.out.printf(
        "seed %d: %d results and %d refusals in %.1f s, %d failures%n",
        seed, fuzz.accepted, fuzz.refused, (System.nanoTime() - start) / 1e9, fuzz.failures);
    System.out.println("never accepted: " + fuzz.neverAccepted);
    System.out.println("slowest: " + fuzz.slowest.descendingMap().values());
    System.exit(fuzz.failures == 0 ? 0 : 1);
  }

  private void fuzz(FuzzTarget target, long seed, int calls) {
    Random random = new Random(31 * seed + target.toString().hashCode());
    List<List<Object>> models = new ArrayList<>();
    Set<String> printed = new HashSet<>();
    long start = System.nanoTime();
    RandomKey.seed(seed);
    for (int call = 0; call < calls || (models.isEmpty() && call < SEARCH); call++) {
      journal.note(target + " #" + call + ": drawing");
      try (Scope scope = new Scope()) {
        FuzzArguments drawing = FuzzArguments.fresh(random);
        List<Object> arguments =
            models.isEmpty() || random.nextBoolean()
                ? drawing.draw(target.parameters())
                : drawing.like(models.get(random.nextInt(models.size())), target.parameters());
        FuzzCall drawn = new FuzzCall(target, arguments, random);
        journal.note(target + " #" + call + ": " + drawn);
        if (FuzzJudge.accepts(drawn, drawing.missing())) {
          accepted++;
          if (!drawing.missing()) {
            models.add(arguments);
          }
        } else {
          refused++;
        }
      } catch (Throwable e) {
        failures++;
        String kind =
            e.getClass() + firstLine(e) + Arrays.stream(root(e).getStackTrace()).findFirst();
        if (printed.size() < PRINTED && printed.add(kind)) {
          System.err.println("\nFAILURE, seed " + seed + ", " + journal.current());
          e.printStackTrace();
        }
      }
    }
    slowest.put(
        System.nanoTime() - start, target + " %.1f s".formatted((System.nanoTime() - start) / 1e9));
    if (slowest.size() > 8) {
      slowest.pollFirstEntry();
    }
    if (models.isEmpty()) {
      neverAccepted.add(target.toString());
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).replaceAll("[^a-zA-Z ].*", "");
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }
}
