package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Overflow;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever the stack overflows, what comes after is as if it had not. */
final class OverflowTest {
  /** How far above the end of the stack; a fit needs less. */
  private static final int CALLS = 160;

  private static Tensor random(int seed, long... shape) {
    return Randoms.normal(RandomKey.of(seed), DType.FLOAT32, 0, 1, shape);
  }

  /** A perceptron of two layers, whose step passes through products, sums and updates. */
  private static final class Perceptron extends Model {
    private final Variable hidden = Variable.of(random(1, 40, 50), "hidden");
    private final Variable output = Variable.of(random(2, 50, 3), "output");

    @Override
    protected Tensor call(Tensor inputs) {
      return Activations.relu(inputs.matmul(hidden)).matmul(output);
    }

    void reset() {
      hidden.assign(random(1, 40, 50));
      output.assign(random(2, 50, 3));
    }

    float[][] values() {
      return new float[][] {hidden.value().toFloatArray(), output.value().toFloatArray()};
    }
  }

  private static void fit(Perceptron model) {
    Dataset batches =
        new Batches(
            List.of(
                new Example(random(3, 64, 40), random(4, 64, 3)),
                new Example(random(5, 64, 40), random(6, 64, 3))),
            2);
    model.fit(batches, FitOptions.epochs(2).verbosity(FitOptions.Verbosity.SILENT));
  }

  private static void run(Supplier<Tensor> op) {
    Tensor _ = op.get();
  }

  private static long settled() throws InterruptedException {
    long before = -1;
    for (long now = Memory.stats().live(); now != before; now = Memory.stats().live()) {
      before = now;
      System.gc();
      Thread.sleep(50);
    }
    return before;
  }

  /** Fits whose traces are there, and fits that trace anew. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFit(boolean anew) throws InterruptedException {
    Perceptron model = new Perceptron();
    for (int i = 0; i < 20; i++) {
      model.compile(new Descent(0.1), Losses.meanSquaredError());
      fit(model); // initializes all classes: one whose initializer overflows is lost, by Java's
      // rules
    }
    model.reset();
    fit(model);
    float[][] expected = model.values();
    long start = settled();
    int overflows = 0;
    for (int calls = 0; calls < CALLS; calls += 4) {
      if (anew) {
        model.compile(new Descent(0.1), Losses.meanSquaredError());
      }
      overflows += Overflow.near(calls, () -> fit(model)) ? 1 : 0;
      assertFalse(Dispatch.isRecording());
      assertTrue(Dispatch.executingEagerly());
      model.reset();
      fit(model);
      assertArrayEquals(expected, model.values(), calls + " calls above the end");
    }
    assertTrue(overflows > 10, overflows + " overflows");
    assertTrue(settled() <= start + (4 << 20), "still live: " + (settled() - start));
  }

  /** Ops by every kind of kernel. */
  @Test
  void ops() {
    Tensor x = random(1, 60, 70);
    Tensor y = random(2, 70, 50);
    Tensor images = random(3, 2, 12, 12, 4);
    Tensor kernel = random(4, 3, 3, 4, 6);
    Variable w = Variable.of(random(5, 60, 70));
    Map<String, Supplier<Tensor>> ops = new LinkedHashMap<>();
    ops.put("pointwise", () -> x.mul(x).add(1f));
    ops.put("broadcast", () -> x.add(random(6, 70)));
    ops.put("sum", () -> x.sum(0));
    ops.put("matmul", () -> x.matmul(y));
    ops.put("conv2d", () -> Convolution.conv2d(images, kernel, 1, Window.Padding.SAME));
    ops.put("softmax", () -> Activations.softmax(x));
    ops.put("transpose", () -> x.transpose().matmul(x));
    ops.put(
        "gradient",
        () -> {
          try (Scope scope = new Scope();
              GradientTape tape = new GradientTape()) {
            return scope.keep(tape.gradient(w.mul(w).matmul(y).sum(), w));
          }
        });
    ops.forEach(
        (name, op) -> {
          float[] expected = op.get().toFloatArray();
          int overflows = 0;
          for (int calls = 0; calls < CALLS; calls += calls < 40 ? 1 : 4) { // compiled ops need few
            overflows += Overflow.near(calls, () -> run(op)) ? 1 : 0;
            assertArrayEquals(
                expected, op.get().toFloatArray(), name + ", " + calls + " calls above");
            assertFalse(Dispatch.isRecording(), name);
          }
          assertTrue(overflows > 5, name + ": " + overflows + " overflows");
        });
    try (Scope outer = new Scope()) {
      assertTrue(outer.owns((EagerTensor) x.add(1f)));
    }
  }
}
