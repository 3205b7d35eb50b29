package dev.tapedeck.checkpoint;

import static dev.tapedeck.checkpoint.SavedOpsTest.bits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files changed at random are functions of the same results, or refused. */
class SavedFunctionFuzzTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Tensor X = Randoms.normal(RandomKey.of(3), DType.FLOAT32, 0, 1, 2, 6, 6, 2);

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void write() {
    file = temp.resolve("f.tapedeck");
    Variable kernel = Variable.of(Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 3, 3, 2, 4));
    Variable steps = Variable.untrainable(new long[20], "steps");
    RandomGenerator generator = RandomGenerator.of(1);
    ConcreteFunction f =
        TracedFunction.of("f", (Tensor x) -> step(x, kernel, steps, generator)).concreteFunction(X);
    SavedFunction.save(f, file);
  }

  private static Object step(Tensor x, Variable kernel, Variable steps, RandomGenerator generator) {
    try (GradientTape tape = new GradientTape().manual()) {
      tape.watch(kernel);
      Tensor noise = Randoms.normal(generator.next(), DType.FLOAT32, 0, 0.1, 2, 6, 6, 2);
      Tensor y =
          Convolution.conv2d(
              x.add(noise), kernel, new ConvOptions().padding(Window.Padding.SAME).strides(2));
      Tensor pooled = Pooling.avgPool2d(Pooling.maxPool2d(y, Window.of(2)), Window.of(1, 2));
      Tensor flat = Shaping.transpose(pooled.reshape(2, -1), 1, 0);
      Tensor padded = Rearranging.pad(flat, new int[][] {{1, 0}, {0, 1}});
      Tensor joined = Joining.concat(0, padded, padded.get(Index.range(0, 2)));
      Tensor picked = Indexing.gather(Sorting.sort(joined, 0), new int[] {2, 0}, 1);
      Tensor loss = Reductions.sum(Softmax.softmax(Maths.tanh(picked)), 0);
      Tensor gradient = tape.gradient(Maths.square(loss), kernel);
      kernel.assign(kernel.sub(gradient.mul(0.1)));
      steps.at(1).assignAdd(1);
      return Map.of("loss", loss, "best", Reductions.argmax(picked, 0));
    }
  }

  private static String result(SavedFunction function) {
    return bits(function.call(X)) + bits(function.call(X));
  }

  @Test
  void bytes() {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          byte[] original = Files.readAllBytes(file);
          String expected = result(SavedFunction.load(file));
          int refused = 0;
          int cuts = 200;
          int times = 2000;
          for (int seed = 0; seed < cuts + times; seed++) {
            byte[] changed = original.clone();
            Random random = new Random(seed);
            int at = random.nextInt(changed.length);
            if (seed < cuts) {
              changed = Arrays.copyOf(changed, (int) ((long) original.length * seed / cuts));
            } else {
              // Most of the bytes are of the graph and the weights, fewer of the zip's folder.
              at = seed % 2 == 0 ? at : Math.max(0, changed.length - 1 - random.nextInt(250));
              changed[at] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, changed);
            try {
              assertEquals(expected, result(SavedFunction.load(file)), "seed " + seed);
            } catch (CheckpointException e) {
              assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
              refused++;
            } catch (RuntimeException | Error e) {
              throw new AssertionError("seed " + seed + " at " + at, e);
            }
          }
          assertTrue(refused > times / 2, refused + " refused");
        });
  }

  /** Beyond the zip's checksums. */
  @Test
  void graphs() {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          FunctionFile original = FunctionFile.read(file);
          Map<String, Integer> outcomes = new HashMap<>();
          for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            Object changed = Mutations.changed(original.graph(), random);
            Object read = StrictJson.read(StrictJson.write(changed));
            outcomes.merge(
                attempt(seed, new FunctionFile(read, original.tensors())), 1, Integer::sum);
          }
          assertTrue(outcomes.get("refused") > 1000, outcomes.toString());
          assertTrue(outcomes.get("run") > 50, outcomes.toString());
        });
  }

  private String attempt(int seed, FunctionFile changed) {
    SavedFunction loaded;
    try {
      loaded = SavedFunction.of(changed, file);
    } catch (CheckpointException e) {
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      return "refused";
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed, e);
    }
    try {
      loaded.call(X);
      return "run";
    } catch (RuntimeException e) { // an op that nobody would have made, such as one of no inputs
      return "refused when it ran";
    } catch (Error e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
