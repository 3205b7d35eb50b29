package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Jvm;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory comes back to a loop that never opens a scope and never closes anything. */
class MemoryTest {
  private static final int BATCH = 128;
  private static final int THOUSANDS = 6;
  private static final long MEGABYTE = 1 << 20;

  /** The loop, in a process of its own. */
  static final class Loop {
    private Loop() {}

    /** Prints resident and peak tensor memory, in bytes, after every thousand steps. */
    public static void main(String[] args) throws IOException {
      Sequential model = new Sequential(new Dense(128, Activations::relu), new Dense(10));
      Optimizer optimizer = new Adam(1e-9);
      Tensor labels = Tensor.of(IntStream.range(0, BATCH).map(i -> i % 10).toArray());
      for (int step = 1; step <= THOUSANDS * 1000; step++) {
        Tensor images = Randoms.uniform(BATCH, 784);
        try (GradientTape tape = new GradientTape()) {
          Tensor loss =
              Losses.sparseCategoricalCrossentropy()
                  .fromLogits()
                  .of(labels, model.apply(images, true));
          List<Variable> variables = model.trainableVariables();
          optimizer.applyGradients(tape.gradient(loss, variables), variables);
        }
        if (step % 1000 == 0) {
          System.out.println(resident() + " " + Memory.stats().peak());
        }
      }
    }

    private static long resident() throws IOException {
      String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
      return Long.parseLong(pages) * 4096;
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLoopWithoutScopesStaysWithinItsLimit() throws Exception {
    List<String> flags = List.of("-Xmx256m", "-D" + Memory.LIMIT_PROPERTY + "=256m");
    Jvm.Result result = Jvm.run(Jvm.of(flags, Loop.class));
    String output = result.output();
    assertEquals(0, result.exit(), output);
    List<long[]> figures =
        output
            .lines()
            .filter(line -> line.matches("\\d+ \\d+"))
            .map(line -> List.of(line.split(" ", -1)).stream().mapToLong(Long::parseLong).toArray())
            .toList();
    assertEquals(THOUSANDS, figures.size(), output);
    // In the first thousand steps the pool may still grow to what its collections leave it.
    long settled = figures.get(1)[0];
    for (long[] figure : figures) {
      assertTrue(figure[1] <= 256 * MEGABYTE, () -> "peak tensor memory: " + output);
      assertTrue(figure[0] < settled + 48 * MEGABYTE, () -> "resident memory grows: " + output);
    }
  }
}
