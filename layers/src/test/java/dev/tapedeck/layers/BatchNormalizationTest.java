package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BatchNormalizationTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, -4}, {3, 4}});

  /** A layer that calls another one as in training. */
  private static final class InTraining extends Layer {
    private final Layer layer = new BatchNormalization(1);

    @Override
    protected Tensor call(Tensor x) {
      return layer.apply(x, true);
    }
  }

  /** A layer that calls another one as in training, with the second input as the mask. */
  private static final class Masked extends LayerOf<List<Tensor>, Tensor> {
    private final Layer layer = new BatchNormalization();

    @Override
    protected Tensor call(List<Tensor> inputs) {
      return layer.apply(inputs.get(0).withMask(inputs.get(1)), true);
    }
  }

  @TestFactory
  Stream<DynamicTest> inInference() {
    return LayerCheck.tests(BatchNormalization::new, Operand.real(3, 2));
  }

  @TestFactory
  Stream<DynamicTest> inTraining() {
    return LayerCheck.tests(InTraining::new, Operand.real(2, 3, 2, 2));
  }

  @TestFactory
  Stream<DynamicTest> inTrainingWithAMask() {
    return LayerCheck.tests(Masked::new, Operand.real(2, 3, 2), Operand.bool(2, 3));
  }

  private static void assertStatistics(Layer layer, double... meanAndVariance) {
    List<Tensor> weights = layer.getWeights();
    double[] statistics = new double[4];
    System.arraycopy(weights.get(2).toDoubleArray(), 0, statistics, 0, 2);
    System.arraycopy(weights.get(3).toDoubleArray(), 0, statistics, 2, 2);
    assertArrayEquals(meanAndVariance, statistics, 1e-6);
  }

  @Test
  void movingStatisticsFollowTheBatchInTrainingOnly() {
    BatchNormalization layer = new BatchNormalization().momentum(0.5);
    layer.apply(X);
    assertStatistics(layer, 0, 0, 1, 1);
    layer.apply(X, true);
    assertStatistics(layer, 1, 0, 1, 8.5);
    layer.apply(X, true);
    assertStatistics(layer, 1.5, 0, 1, 12.25);
  }

  @Test
  void tracedCallsUpdateThemToo() {
    BatchNormalization layer = new BatchNormalization().momentum(0.5);
    TracedFunction<Tensor> traced = TracedFunction.of("train", (Tensor x) -> layer.apply(x, true));
    traced.call(X);
    assertStatistics(layer, 1, 0, 1, 8.5);
    traced.call(X);
    assertStatistics(layer, 1.5, 0, 1, 12.25);
  }

  @Test
  void aFrozenLayerRunsAsInInference() {
    BatchNormalization layer = new BatchNormalization().momentum(0.5).trainable(false);
    assertArrayEquals(layer.apply(X).toFloatArray(), layer.apply(X, true).toFloatArray());
    assertStatistics(layer, 0, 0, 1, 1);
  }

  @Test
  void mixedPrecisionKeepsStatisticsInFullPrecision() {
    BatchNormalization layer =
        new BatchNormalization().momentum(0).dtype(DTypePolicy.mixedFloat16());
    Tensor y = layer.apply(new float[][] {{1000, 0}, {3000, 0}}, true);
    assertEquals("float16 (2, 2)", y.spec().toString());
    assertArrayEquals(new float[] {-1, 0, 1, 0}, y.toFloatArray());
    assertStatistics(layer, 2000, 0, 1e6, 0);
    assertEquals(DType.FLOAT32, layer.variables().getLast().dtype());
  }

  @Test
  void symbolsUpdateNothing() {
    BatchNormalization layer = new BatchNormalization().momentum(0.5);
    Tensor input = Input.of(2);
    Model model = Model.of(input, layer.apply(input));
    assertStatistics(layer, 0, 0, 1, 1);
    model.apply(X, true);
    assertStatistics(layer, 1, 0, 1, 8.5);
  }

  @Test
  void variablesAreKerasOnes() {
    BatchNormalization layer = new BatchNormalization();
    layer.apply(X);
    assertEquals(
        List.of("gamma", "beta", "moving_mean", "moving_variance"),
        List.copyOf(layer.namedVariables().keySet()));
    assertEquals(2, layer.trainableVariables().size());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "BatchNormalization: needs a momentum in [0, 1], received 99.0; give one, as 0.99",
        () -> new BatchNormalization().momentum(99));
    assertRefused(
        "BatchNormalization: needs an epsilon of 0 or more, received -1.0; give one, as 1e-3",
        () -> new BatchNormalization().epsilon(-1));
    assertRefused(
        "BatchNormalization: needs inputs [n, .., c] of rank 2 or more, received (2,); batch(n) the"
            + " dataset, or expandDims a single example",
        () -> new BatchNormalization().apply(new float[2]));
    BatchNormalization layer = new BatchNormalization();
    layer.apply(X);
    assertRefused(
        "BatchNormalization: needs inputs (?, 2) as the first, received (2, 3); give it a layer of"
            + " its own",
        () -> layer.apply(Tensor.ones(DType.FLOAT32, 2, 3)));
    assertRefused(
        "batchNorm: needs a floating point type, received int32; cast it first",
        () -> new BatchNormalization().apply(new int[2][2]));
  }
}
