package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Metric;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {
  @Test
  void meanOfNumbersAndArrays() {
    Mean mean = new Mean("loss");
    assertEquals(0, mean.result().item());
    mean.update(0);
    mean.update(5);
    assertEquals(2.5, mean.result().item());
    mean.update(new int[] {8, 9});
    assertEquals(5.5, mean.result().item());
    assertEquals("loss: 5.5", mean.toString());
    mean.update(new float[0]);
    assertEquals(5.5, mean.result().item());
    mean.reset();
    assertEquals(0, mean.result().item());
  }

  @Test
  void sumOfNumbersAndArrays() {
    Sum sum = new Sum("seen");
    sum.update(1);
    sum.update(new boolean[] {true, false, true});
    sum.update(new double[][] {{0.5}, {0.25}});
    assertEquals("seen: 3.75", sum.toString());
    sum.reset();
    assertEquals(0, sum.result().item());
  }

  @Test
  void stateIsDoublePrecisionAndOutlivesTheScopeOfAStep() {
    Mean mean = new Mean();
    try (Scope step = new Scope()) {
      mean.update(new float[] {1 << 24, 1});
    }
    List<Variable> state = mean.variables();
    assertEquals(List.of("total", "count"), state.stream().map(Variable::name).toList());
    assertEquals((1 << 24) + 1, state.getFirst().value().item());
    assertEquals(2, state.getLast().value().item());
    assertEquals("float64 ()", state.getFirst().spec().toString());
    assertEquals(List.of("total"), new Sum().variables().stream().map(Variable::name).toList());
  }

  @Test
  void labelsOfAnyWholeTypeAreCompared() {
    Metric accuracy = new SparseCategoricalAccuracy("accuracy");
    assertEquals("accuracy", accuracy.name());
    float[][] predictions = new float[2][300];
    predictions[0][1] = 1;
    predictions[1][257] = 1;
    // 257 is 1 in uint8, and must not be taken for it.
    accuracy.update(Tensor.ofUint8(new byte[] {1, 1}, 2), predictions);
    assertEquals(0.5, accuracy.result().item());
    accuracy.update(new long[] {1, 257 + (1L << 32)}, predictions);
    assertEquals(0.5, accuracy.result().item());
  }

  @Test
  void binaryLabelsMayBeBools() {
    Metric accuracy = new BinaryAccuracy();
    accuracy.update(new boolean[] {true, true, false}, new float[] {0.6f, 0.5f, 0.4f});
    assertEquals(2 / 3.0, accuracy.result().item());
  }

  static Stream<Arguments> mistakes() {
    Tensor two = Tensor.ones(DType.FLOAT32, 2);
    Tensor column = Tensor.ones(DType.FLOAT32, 2, 1);
    return Stream.of(
        arguments(
            (Executable) () -> new MeanSquaredError().update(two, column),
            "MeanSquaredError: predictions (2, 1) need labels (2, 1), received (2,); they are not"
                + " broadcast: expandDims(labels, -1), or squeeze the predictions"),
        arguments(
            (Executable) () -> new BinaryAccuracy().update(column, two),
            "BinaryAccuracy: predictions (2,) need labels (2,), received (2, 1); they are not"
                + " broadcast: reshape or squeeze one"),
        arguments(
            (Executable) () -> new CategoricalAccuracy().update(1f, column),
            "CategoricalAccuracy: predictions (2, 1) need labels (2, 1), received (); they are not"
                + " broadcast: reshape or squeeze one"),
        arguments(
            (Executable) () -> new SparseCategoricalAccuracy().update(column, column),
            "SparseCategoricalAccuracy: predictions (2, 1) need labels (2,), received (2, 1); they"
                + " are not broadcast: squeeze the labels, or use CategoricalAccuracy for one-hot"
                + " ones"),
        arguments(
            (Executable)
                () -> new CategoricalAccuracy().update(two, Tensor.ones(DType.FLOAT32, 2, 3)),
            "CategoricalAccuracy: predictions (2, 3) need labels (2, 3), received (2,); they are not"
                + " broadcast: labels that are classes need SparseCategoricalAccuracy, or"
                + " oneHot(labels, 3)"),
        arguments(
            (Executable) () -> new SparseCategoricalAccuracy().update(two, column),
            "SparseCategoricalAccuracy: labels must be whole numbers, received float32 (2,); cast"
                + " them to int32"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }

  static Stream<Arguments> answersOfNan() {
    float nan = Float.NaN;
    float[][] rows = {{nan, nan}, {nan, 1}, {1, nan}, {1, 0}};
    float[][] first = {{1, 0}, {1, 0}, {1, 0}, {1, 0}};
    float[][] second = {{0, 1}, {0, 1}, {0, 1}, {1, 0}};
    return Stream.of(
        arguments(new SparseCategoricalAccuracy(), new int[] {0, 0, 0, 0}, rows, 0.25),
        arguments(new SparseCategoricalAccuracy(), new int[] {1, 1, 1, 0}, rows, 0.25),
        arguments(new CategoricalAccuracy(), first, rows, 0.25),
        arguments(new CategoricalAccuracy(), second, rows, 0.25),
        arguments(new CategoricalAccuracy(), rows, first, 0.25),
        arguments(new BinaryAccuracy(), new int[][] {{0}, {1}}, new float[][] {{nan}, {1}}, 0.5),
        arguments(new BinaryAccuracy(), new int[][] {{1}, {1}}, new float[][] {{nan}, {1}}, 0.5),
        arguments(new BinaryAccuracy(), new float[][] {{nan}}, new float[][] {{nan}}, 0),
        arguments(new MeanSquaredError(), new float[] {0, 1}, new float[] {nan, 1}, Double.NaN));
  }

  @ParameterizedTest
  @MethodSource("answersOfNan")
  void nanIsNeverRight(Metric metric, Object labels, Object predictions, double result) {
    metric.update(labels, predictions);
    assertEquals(result, metric.result().item());
  }

  @Test
  void aBatchOfNoExamplesCountsNothing() {
    Metric metric = new SparseCategoricalAccuracy();
    metric.update(new int[0], Tensor.zeros(DType.FLOAT32, 0, 2));
    assertEquals(0, metric.result().item());
  }
}
