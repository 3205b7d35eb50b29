package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.datasets.PadOptions.Side;
import dev.tapedeck.datasets.Splits.Split;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Preparation and splits of arrays; the numbers are those of Keras 3.15.1's functions. */
class PreparationTest {
  private static final List<int[]> SEQUENCES =
      List.of(new int[] {1}, new int[] {2, 3}, new int[] {4, 5, 6}, new int[] {});

  private static void assertValues(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-6);
  }

  @Test
  void classesAreOneHot() {
    Tensor three = Preparation.toCategorical(new int[] {0, 2, 1});
    assertEquals(Shape.of(3, 3), three.shape());
    assertEquals(DType.FLOAT32, three.dtype());
    assertValues(three, 1, 0, 0, 0, 0, 1, 0, 1, 0);
    Tensor column = Preparation.toCategorical(new int[][] {{1}, {0}}, 3);
    assertEquals(Shape.of(2, 3), column.shape());
    assertValues(column, 0, 1, 0, 1, 0, 0);
    assertEquals(Shape.of(0, 3), Preparation.toCategorical(new int[0], 3).shape());
  }

  @Test
  void vectorsAreDividedByTheirNorms() {
    assertValues(Preparation.normalize(new double[][] {{3, 4}, {0, 0}}), 0.6, 0.8, 0, 0);
    assertValues(
        Preparation.normalize(new double[][] {{1, -3}, {2, 0}}, 0, 1), 1 / 3.0, -1, 2 / 3.0, 0);
  }

  @Test
  void rareClassesWeighMore() {
    assertEquals(
        Map.of(0, 0.5, 1, 2.0, 4, 2.0), Preparation.classWeights(new int[] {0, 0, 1, 0, 4, 0}));
  }

  static Stream<Arguments.ArgumentSet> padded() {
    PadOptions options = new PadOptions();
    return Stream.of(
        argumentSet("default", options, new double[] {0, 0, 1, 0, 2, 3, 4, 5, 6, 0, 0, 0}),
        argumentSet("cut", options.maxlen(2), new double[] {0, 1, 2, 3, 5, 6, 0, 0}),
        argumentSet(
            "cut at the end",
            options.maxlen(2).truncating(Side.POST),
            new double[] {0, 1, 2, 3, 4, 5, 0, 0}),
        argumentSet(
            "at the end",
            options.padding(Side.POST).value(-1),
            new double[] {1, -1, -1, 2, 3, -1, 4, 5, 6, -1, -1, -1}),
        argumentSet(
            "longer",
            options.maxlen(4).padding(Side.POST),
            new double[] {1, 0, 0, 0, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0}));
  }

  @ParameterizedTest
  @MethodSource("padded")
  void sequencesArePadded(PadOptions options, double[] expected) {
    Tensor padded = Preparation.padSequences(SEQUENCES, options);
    assertEquals(DType.INT32, padded.dtype());
    assertEquals(Shape.of(4, expected.length / 4), padded.shape());
    assertValues(padded, expected);
  }

  @Test
  void sequencesOfVectorsArePadded() {
    Tensor padded =
        Preparation.padSequences(List.of(new float[][] {{1, 2}}, new float[][] {{3, 4}, {5, 6}}));
    assertEquals(Shape.of(2, 2, 2), padded.shape());
    assertValues(padded, 0, 0, 1, 2, 3, 4, 5, 6);
  }

  static Stream<Arguments.ArgumentSet> splits() {
    Pipeline ten = numbers(10);
    return Stream.of(
        argumentSet("share", Splits.splitDataset(ten, 0.8), 8, 8),
        argumentSet("count", Splits.splitDataset(ten, 3), 3, 3),
        argumentSet("rounded", Splits.splitDataset(ten, 0.45), 4, 4),
        argumentSet("shares", Splits.splitDataset(ten, 0.25, 0.5), 2, 5),
        argumentSet("counts", Splits.splitDataset(ten, 2, 3), 2, 7));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void dataAreSplit(Split split, int left, int right) {
    assertEquals(IntStream.range(0, left).boxed().toList(), order(split.left()));
    assertEquals(IntStream.range(right, 10).boxed().toList(), order(split.right()));
  }

  @Test
  void foldsValidateOnEachExampleOnce() {
    List<Split> folds = Splits.kFold(numbers(7), 3);
    assertEquals(List.of(3, 4, 5, 6), order(folds.get(0).left()));
    assertEquals(List.of(0, 1, 2), order(folds.get(0).right()));
    assertEquals(List.of(0, 1, 2, 5, 6), order(folds.get(1).left()));
    assertEquals(List.of(3, 4), order(folds.get(1).right()));
    assertEquals(List.of(0, 1, 2, 3, 4), order(folds.get(2).left()));
    assertEquals(List.of(5, 6), order(folds.get(2).right()));
    folds.forEach(fold -> assertEquals(order(fold.left()).size(), (int) fold.left().cardinality()));
    Pipeline shuffled = numbers(6).shuffle(6, 1, false);
    Split fold = Splits.kFold(shuffled, 2).getLast();
    assertEquals(order(shuffled).subList(0, 3), order(fold.left()));
    assertEquals(order(shuffled).subList(3, 6), order(fold.right()));
  }

  static Stream<Arguments.ArgumentSet> mistakes() {
    Pipeline ten = numbers(10);
    return Stream.of(
        mistake(
            "toCategorical: needs classes from 0 to 1, received those from 0 to 2; count classes"
                + " from 0, and give their number",
            () -> Preparation.toCategorical(new int[] {0, 2}, 2)),
        mistake(
            "toCategorical: needs classes, one or more whole numbers, received float32 (1,); cast"
                + " them to int32",
            () -> Preparation.toCategorical(new float[] {0})),
        mistake(
            "padSequences: needs sequences, received none; give one or more",
            () -> Preparation.padSequences(List.of())),
        mistake(
            "padSequences: needs sequences of one type, and of one shape but for the steps, received"
                + " int32 (1,) and float32 (1,) at position 1; cast or reshape them",
            () -> Preparation.padSequences(List.of(new int[] {1}, new float[] {1}))),
        mistake(
            "padSequences: maxlen is 1 or more steps, received 0; leave it out for the longest",
            () -> new PadOptions().maxlen(0)),
        mistake(
            "splitDataset: the share of the left part is between 0 and 1, received 1.5; give a"
                + " share, or a whole number of examples",
            () -> Splits.splitDataset(ten, 1.5)),
        mistake(
            "splitDataset: needs examples in both parts, of 10 in all, received 10 and 0; give other"
                + " sizes",
            () -> Splits.splitDataset(ten, 10)),
        mistake(
            "splitDataset: needs examples in both parts, of 10 in all, received 6 and 5; give other"
                + " sizes",
            () -> Splits.splitDataset(ten, 0.6, 5)),
        mistake(
            "kFold: needs a k from 2 to the number of examples, 10, received 11; give another k",
            () -> Splits.kFold(ten, 11)),
        mistake(
            "kFold: needs data in a fixed order, so that its parts stay apart, received a pipeline"
                + " that is shuffled anew at every iteration; use shuffle(buffer, seed, false)"
                + " before, and shuffle the training part after",
            () -> Splits.kFold(ten.shuffle(10, 1), 2)),
        mistake(
            "splitDataset: needs data with an end, received a pipeline without; split before repeat",
            () -> Splits.splitDataset(ten.repeat(), 0.5)));
  }

  private static Arguments.ArgumentSet mistake(String message, Executable call) {
    return argumentSet(message, message, call);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
