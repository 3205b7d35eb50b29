package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quantized models: what they lose of their accuracy, their checkpoints and their training. */
class QuantizedTest {
  @TempDir private Path temp;

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  private static Sequential digits() {
    return new Sequential(new Flatten(), new Dense(64, Activations::relu), new Dense(10));
  }

  private static double accuracy(Sequential model) {
    return model.evaluate(Pipeline.of(Mnist.test()).batch(500)).get("sparse_categorical_accuracy");
  }

  @Test
  void digitsAreStillRead() {
    Sequential model = digits();
    model.compile(
        new Adam(2e-3),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    model.fit(
        Pipeline.of(Mnist.train()).shuffle(60_000).batch(128).take(200),
        FitOptions.epochs(1).verbosity(FitOptions.Verbosity.SILENT));
    double full = accuracy(model);
    assertTrue(full > 0.9, "accuracy " + full);
    List<Tensor> weights = model.getWeights();
    model.quantize("int8");
    assertEquals(full, accuracy(model), 0.005);
    Sequential half = digits();
    half.predict(Tensor.zeros(model.inputSpec().dtype(), 1, 28, 28, 1));
    half.setWeights(weights);
    half.compile(
        new Adam(),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    half.quantize("float16");
    assertEquals(full, accuracy(half), 0.001);
  }

  private static Sequential small(Tensor x) {
    Sequential model = new Sequential(new Dense(5, Activations::relu), new Dense(3));
    model.predict(x);
    return model;
  }

  @Test
  void checkpointsAreOfQuantizedModels() {
    Tensor x = Randoms.normal(4, 6);
    for (String mode : List.of("int8", "float16")) {
      Sequential model = small(x);
      Path full = Checkpoint.of("model", model).save(temp.resolve(mode + "-full"));
      model.quantize(mode);
      float[] predicted = model.predict(x).toFloatArray();
      Path quantized = Checkpoint.of("model", model).save(temp.resolve(mode));
      Sequential other = small(x);
      other.quantize(mode);
      Checkpoint.of("model", other).restore(quantized);
      assertArrayEquals(predicted, other.predict(x).toFloatArray());
      assertThrows(
          RuntimeException.class, () -> Checkpoint.of("model", small(x)).restore(quantized));
      assertThrows(RuntimeException.class, () -> Checkpoint.of("model", other).restore(full));
    }
  }

  /** Biases train on; gradients pass through. */
  @Test
  void whatIsNotQuantizedTrains() {
    Tensor x = Randoms.normal(32, 6);
    Sequential model = small(x);
    model.compile(new Adam(0.05), Losses.meanSquaredError());
    FitOptions options = FitOptions.epochs(2).verbosity(FitOptions.Verbosity.SILENT);
    model.fit(x, Tensor.ones(x.dtype(), 32, 3), options);
    model.quantize("int8");
    model.compile(new Adam(0.05), Losses.meanSquaredError());
    List<Tensor> before = model.getWeights();
    model.fit(x, Tensor.ones(x.dtype(), 32, 3), options);
    for (int i = 0; i < before.size(); i++) {
      double[] was = doubles(before.get(i));
      double[] is = doubles(model.getWeights().get(i));
      if (model.variables().get(i).name().equals("bias")) {
        assertNotEquals(was[0], is[0]);
      } else {
        assertArrayEquals(was, is);
      }
    }
  }

  private static double[] doubles(Tensor x) {
    return x.cast(DType.FLOAT64).toDoubleArray();
  }
}
