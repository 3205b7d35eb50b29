package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Input;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** {@link Normalization}, {@link Discretization}, {@link CategoryEncoding} and hashes. */
class FeaturesTest {
  private static final Tensor ROWS = Tensor.of(new float[][] {{1, 2}, {3, 6}, {5, 1}});

  private static void assertRefused(String message, Executable mistake) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }

  @TestFactory
  Stream<DynamicTest> normalization() {
    return LayerCheck.tests(
        () -> new Normalization().mean(1, 2).variance(4, 9), Operand.real(3, 2));
  }

  @Test
  void batchesGiveTheMomentsOfAll() {
    Normalization once = new Normalization().adapt(ROWS);
    List<Object> batches =
        List.of(
            new float[][] {{1, 2}}, new Example(Tensor.of(new float[][] {{3, 6}, {5, 1}}), null));
    Normalization bit = new Normalization().adapt(batches);
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(
          once.getWeights().get(i).toDoubleArray(), bit.getWeights().get(i).toDoubleArray(), 1e-6);
    }
    assertArrayEquals(new double[] {3, 3}, once.getWeights().getFirst().toDoubleArray(), 1e-6);
    assertEquals(0, once.trainableVariables().size());
    Tensor y = once.apply(ROWS);
    assertEquals(0, y.mean(0).toDoubleArray()[1], 1e-6);
  }

  @Test
  void normalizationMayLearnAgainAfterACall() {
    Normalization layer = new Normalization();
    TracedFunction<Tensor> traced = TracedFunction.of("scaled", (Tensor x) -> layer.apply(x));
    assertArrayEquals(ROWS.toDoubleArray(), traced.call(ROWS).toDoubleArray());
    layer.adapt(ROWS);
    layer.adapt(new float[][] {{0, 0}, {2, 4}});
    assertArrayEquals(new double[] {0, 0, 2, 2, 4, -0.5}, traced.call(ROWS).toDoubleArray(), 1e-6);
    Normalization copy = layer.copy();
    copy.apply(ROWS);
    copy.setWeights(layer.getWeights());
    assertArrayEquals(layer.apply(ROWS).toDoubleArray(), copy.apply(ROWS).toDoubleArray());
  }

  @Test
  void normalizationComputesInTheTypeOfItsInput() {
    Normalization layer = new Normalization().adapt(ROWS);
    assertEquals(DType.FLOAT64, layer.apply(ROWS.cast(DType.FLOAT64)).dtype());
    assertEquals(DType.FLOAT32, layer.apply(ROWS.cast(DType.INT32)).dtype());
    Normalization mixed = new Normalization().dtype(DTypePolicy.mixedBfloat16()).adapt(ROWS);
    assertEquals(DType.BFLOAT16, mixed.apply(ROWS).dtype());
    assertEquals(DType.FLOAT32, mixed.variables().getFirst().dtype());
  }

  @Test
  void normalizationRefusesWhatDoesNotFit() {
    assertRefused(
        "Normalization: needs inputs (?, 2) as the first, received (1, 3); give it a layer of its"
            + " own",
        () -> new Normalization().adapt(ROWS).apply(new float[][] {{1, 2, 3}}));
    assertRefused(
        "Normalization: needs as many variances as means, received [1.0] and null; give both, or"
            + " none to learn them",
        () -> new Normalization().mean(1).apply(ROWS));
    assertRefused(
        "Normalization: needs known sizes along axes [1], for 3 means, received (3, 2); give a mean"
            + " for each place, or one for all",
        () -> new Normalization().mean(1, 2, 3).variance(1, 2, 3).apply(ROWS));
    assertRefused(
        "Normalization: adapt: learns mean and variance, received a layer of given ones; leave them"
            + " out",
        () -> new Normalization().mean(1).variance(1).adapt(ROWS));
    assertRefused(
        "Normalization: adapt: needs numbers to take the mean of, received all axes of (2,) in"
            + " axis; leave out that of the examples",
        () -> new Normalization().adapt(new float[] {1, 2}));
    String symbolic =
        assertThrows(RuntimeException.class, () -> new Normalization().adapt(Input.of(2)))
            .getMessage();
    assertTrue(symbolic.startsWith("Normalization: adapt: needs values, received"), symbolic);
  }

  @Test
  void binsAreInt32AndLearnedFromBatches() {
    Discretization given = new Discretization(List.of(0.0, 1.0));
    Tensor y = given.apply(new float[] {-1, 0, 0.5f, 1, Float.NaN});
    assertEquals(DType.INT32, y.dtype());
    assertArrayEquals(new int[] {0, 1, 1, 2, 2}, y.toIntArray());
    Discretization learned =
        new Discretization(2).adapt(List.of(new float[] {1, 2}, new float[] {3, 4}));
    assertEquals(List.of(2.0), boundaries(learned));
    assertEquals(List.of(2.0), boundaries(learned.copy()));
    assertArrayEquals(new int[] {0, 1, 1}, learned.apply(new int[] {1, 2, 3}).toIntArray());
    assertEquals(List.of(), boundaries(new Discretization(5).adapt(new float[] {1})));
  }

  private static List<Double> boundaries(Discretization layer) {
    return ((Discretization.Arguments) layer.arguments()).binBoundaries();
  }

  @Test
  void discretizationRefuses() {
    assertRefused(
        "Discretization: has learned nothing; call adapt(data) first, or give it binBoundaries",
        () -> new Discretization(3).apply(ROWS));
    assertRefused(
        "Discretization: needs ascending boundaries, received [1.0, 0.0]; sort them",
        () -> new Discretization(List.of(1.0, 0.0)));
    assertRefused(
        "Discretization: adapt: learns the boundaries of a number of bins, received a layer of given"
            + " boundaries; make it of numBins",
        () -> new Discretization(List.of(1.0)).adapt(ROWS));
    assertRefused(
        "Discretization: needs an epsilon in (0, 1), received 0.0; give one, as 0.01",
        () -> new Discretization(3).epsilon(0));
    assertRefused(
        "Discretization: has the output modes [INT, ONE_HOT, MULTI_HOT, COUNT], received TF_IDF;"
            + " choose one of them",
        () -> new Discretization(3).outputMode(OutputMode.TF_IDF));
  }

  @Test
  void weightsOfNumbersAreAddedUpAndHaveGradients() {
    CategoryEncoding layer = new CategoryEncoding(4).outputMode(OutputMode.COUNT);
    Tensor numbers = Tensor.of(new int[][] {{0, 1}, {0, 0}, {1, 2}, {3, 1}});
    Tensor weights = Tensor.of(new float[][] {{.1f, .2f}, {.1f, .1f}, {.2f, .3f}, {.4f, .2f}});
    try (GradientTape tape = new GradientTape()) {
      tape.watch(weights);
      Tensor y = layer.applyWeighted(numbers, weights);
      assertArrayEquals(
          new double[] {.1, .2, 0, 0, .2, 0, 0, 0, 0, .2, .3, 0, 0, .2, 0, .4},
          y.toDoubleArray(),
          1e-6);
      Tensor gradient = tape.gradient(y.mul(y).sum(), weights);
      assertArrayEquals(
          new double[] {.2, .4, .4, .4, .4, .6, .8, .4}, gradient.toDoubleArray(), 1e-6);
    }
    TracedFunction<Tensor> traced =
        TracedFunction.<Tensor>ofAll(
            "weighted", x -> layer.applyWeighted(x.getFirst(), x.getLast()));
    assertArrayEquals(
        layer.applyWeighted(numbers, weights).toDoubleArray(),
        traced.call(numbers, weights).toDoubleArray());
  }

  @Test
  void categoryEncodingRefuses() {
    assertRefused(
        "CategoryEncoding: ids must be in [0, 3), received 3; correct it, or give the layer the"
            + " number of ids",
        () -> new CategoryEncoding(3).apply(new int[] {0, 3}));
    assertRefused(
        "CategoryEncoding: ids must be in [0, 3), received -1; correct it, or give the layer the"
            + " number of ids",
        () -> new CategoryEncoding(3).apply(new int[] {-1}));
    assertRefused(
        "CategoryEncoding: needs whole numbers, received float32 (1,); cast them to int32",
        () -> new CategoryEncoding(3).apply(new float[] {1}));
    assertRefused(
        "CategoryEncoding: has weights of numbers along an axis, in the output mode COUNT, received"
            + " MULTI_HOT of (1,); leave the weights out, or set that mode",
        () -> new CategoryEncoding(3).applyWeighted(new int[] {1}, new float[] {1}));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new CategoryEncoding(3)
                .outputMode(OutputMode.COUNT)
                .applyWeighted(new int[] {1, 2}, new float[] {1}));
  }

  @Test
  void hashesAreInt64AndOfTextOrWholeNumbers() {
    Tensor text = Tensor.of(new String[] {"a", "b"});
    assertEquals(DType.INT64, new Hashing(3).apply(text).dtype());
    assertEquals(DType.INT64, new HashedCrossing(3).apply(List.of(text, text)).dtype());
    Hashing layer = new Hashing(100);
    TracedFunction<Tensor> traced = TracedFunction.of("hash", (Tensor x) -> layer.apply(x));
    assertArrayEquals(layer.apply(text).toDoubleArray(), traced.call(text).toDoubleArray());
    assertArrayEquals(
        layer.apply(new int[] {12}).toDoubleArray(),
        layer.apply(new String[] {"12"}).toDoubleArray());
    assertRefused(
        "Hashing: needs whole numbers, received float32 (1,); cast them to int64",
        () -> new Hashing(3).apply(new float[] {1}));
    assertRefused(
        "Hashing: needs inputs of the kind of maskValue x, received int32 (1,); give another"
            + " maskValue",
        () -> new Hashing(3).maskValue("x").apply(new int[] {1}));
    assertRefused(
        "Hashing: numBins must be 1 or more, received 0; give the number of bins",
        () -> new Hashing(0));
    assertRefused(
        "HashedCrossing: needs two tensors or more, all [n] or all [n, 1], received [(2,)]; give it"
            + " one tensor for each feature",
        () -> new HashedCrossing(3).apply(List.of(text)));
  }
}
