package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
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
                + " them to int32"),
        arguments(
            (Executable) () -> new KLDivergence().update(two, two),
            "KLDivergence: needs predictions [n, ..], a vector for each example, received (2,);"
                + " give labels and predictions the axis of the batch"),
        arguments(
            (Executable) () -> new BinaryCrossentropy().labelSmoothing(2),
            "BinaryCrossentropy: labelSmoothing must be within [0, 1], received 2.0; give the share"
                + " of the label that all classes get"),
        arguments(
            (Executable) () -> new TopKCategoricalAccuracy(0),
            "TopKCategoricalAccuracy: needs a k of 1 or more, received 0; use 5, as by default"),
        arguments(
            (Executable)
                () -> new SparseTopKCategoricalAccuracy().fromSortedIds(true).update(WHOLE, column),
            "SparseTopKCategoricalAccuracy: predictions from sorted ids must be whole numbers,"
                + " received float32 (2, 1); cast them to int32"),
        arguments(
            (Executable) () -> Metrics.of("sums", (y, p) -> p.sum(0)).update(column, column3()),
            "sums: the function must return a value for each example, received values (3,) for"
                + " predictions (2, 3); reduce all axes but the first, and compare labels and"
                + " predictions of one shape"),
        arguments(
            (Executable) () -> Metrics.of("nothing", (y, p) -> null).update(two, two),
            "nothing: the function returned null; return a value for each example"));
  }

  private static final Tensor WHOLE = Tensor.ones(DType.INT32, 2);

  private static Tensor column3() {
    return Tensor.ones(DType.FLOAT32, 2, 3);
  }

  static Stream<Arguments> mistakesWithThresholds() {
    Tensor two = Tensor.ones(DType.FLOAT32, 2);
    Tensor rows = column3();
    return Stream.of(
        arguments(
            (Executable) () -> new Precision().update(two, rows),
            "Precision: predictions (2, 3) need labels (2, 3), received (2,); they are not"
                + " broadcast: give as many labels as outputs, or the model a last layer with 1"
                + " unit"),
        arguments(
            (Executable) () -> new Precision().thresholds(0.5, 1.5),
            "Precision: thresholds must be within [0, 1], received 1.5; apply a sigmoid to logits,"
                + " or use 0 for them"),
        arguments(
            (Executable) () -> new TruePositives().thresholds(),
            "TruePositives: needs a threshold or more, received []; leave them out for 0.5"),
        arguments(
            (Executable) () -> new Recall().topK(0),
            "Recall: topK must be 1 or more, received 0; leave it out for all predictions"),
        arguments(
            (Executable) () -> new Recall().topK(4).update(rows, rows),
            "topK: the last axis must have 4 elements or more, received (2, 3); ask for fewer"),
        arguments(
            (Executable) () -> new Recall().classId(3).update(rows, rows),
            "Recall: classId must be below 3, the number of classes, received 3; count classes from"
                + " 0"),
        arguments(
            (Executable) () -> new Recall().classId(-1),
            "Recall: a class is 0 or more, received -1; count classes from 0"),
        arguments(
            (Executable) () -> new Precision().classId(0).update(1, 1),
            "Precision: classId needs predictions [n, .., classes] of a known number of classes,"
                + " received (); reshape labels and predictions"),
        arguments(
            (Executable) () -> new Precision().update(two, two, Tensor.ones(DType.FLOAT32, 3)),
            "sample weights: need the shape of the values (2,), or of their first axes, received"
                + " (3,); give one weight for each example"),
        arguments(
            (Executable) () -> new PrecisionAtRecall(1.5),
            "PrecisionAtRecall: recall must be within [0, 1], received 1.5; give a fraction, as"
                + " 0.9"),
        arguments(
            (Executable) () -> new SensitivityAtSpecificity(0.5).numThresholds(0),
            "SensitivityAtSpecificity: numThresholds must be 1 or more, received 0; use 200, as by"
                + " default"),
        arguments(
            (Executable) () -> new AUC().numThresholds(1),
            "AUC: numThresholds must be 2 or more, received 1; use 200, as by default"),
        arguments(
            (Executable) () -> new AUC().numLabels(3),
            "AUC: numLabels is for several labels, received 3; call multiLabel(true) before"),
        arguments(
            (Executable) () -> new AUC().curve(null),
            "AUC: needs a curve and a summation method, received null; use ROC and INTERPOLATION"),
        arguments(
            (Executable) () -> new AUC().multiLabel(true).update(two, two),
            "AUC: multiLabel needs predictions [n, labels] of a known number of labels, received"
                + " (2,); reshape labels and predictions"),
        arguments(
            (Executable) () -> new AUC().multiLabel(true).numLabels(2).update(rows, rows),
            "AUC: numLabels is 2, received predictions (2, 3); give as many labels"),
        arguments(
            (Executable) () -> new AUC().labelWeights(1, 2).update(rows, rows),
            "AUC: has 2 labelWeights, received predictions (2, 3); give a weight for each label, on"
                + " the last axis"));
  }

  @Test
  void oneHotLabelsMayBeBits() {
    Tensor bits = Tensor.of(new boolean[][] {{false, true, false}, {false, false, true}});
    Tensor predictions = Tensor.of(new float[][] {{0.2f, 0.7f, 0.1f}, {0.9f, 0.04f, 0.06f}});
    for (Supplier<Metric> metric :
        List.<Supplier<Metric>>of(
            CategoricalAccuracy::new,
            () -> new TopKCategoricalAccuracy(2),
            () -> new OneHotMeanIoU(3),
            () -> new OneHotIoU(3, List.of(1)),
            CategoricalCrossentropy::new,
            Precision::new)) {
      Metric ofBits = metric.get();
      Metric ofNumbers = metric.get();
      ofBits.update(bits, predictions);
      ofNumbers.update(bits.cast(DType.FLOAT32), predictions);
      assertEquals(ofNumbers.result().item(), ofBits.result().item(), ofBits::name);
    }
  }

  static Stream<Arguments> mistakesWithClasses() {
    Tensor two = Tensor.ones(DType.FLOAT32, 2);
    Tensor rows = column3();
    return Stream.of(
        arguments(
            (Executable) () -> new MeanIoU(0),
            "MeanIoU: numClasses must be 1 or more, received 0; count the classes"),
        arguments(
            (Executable) () -> new IoU(2, List.of(2)),
            "IoU: targetClassIds must be within [0, 2), received 2; count from 0"),
        arguments(
            (Executable) () -> new IoU(2, List.of()),
            "IoU: needs a target class or more, received []; give the class that counts"),
        arguments(
            (Executable) () -> new MeanIoU(2).update(WHOLE, two),
            "MeanIoU: sparse predictions must be whole numbers, received float32 (2,); cast them to"
                + " int32"),
        arguments(
            (Executable) () -> new MeanIoU(2).update(two, WHOLE),
            "MeanIoU: labels must be whole numbers, received float32 (2,); cast them to int32"),
        arguments(
            (Executable) () -> new OneHotMeanIoU(3).update(WHOLE, rows),
            "OneHotMeanIoU: predictions (2, 3) need labels (2, 3), received (2,); they are not"
                + " broadcast: give as many labels as outputs, or the model a last layer with 1"
                + " unit"),
        arguments(
            (Executable) () -> Metrics.confusionMatrix(WHOLE, WHOLE, 0),
            "confusionMatrix: numClasses must be 1 or more, received 0; count the classes"),
        arguments(
            (Executable) () -> Metrics.confusionMatrix(WHOLE, two, 2),
            "confusionMatrix: predictions must be whole numbers, received float32 (2,); cast them"
                + " to int32"),
        arguments(
            (Executable) () -> Metrics.confusionMatrix(WHOLE, new int[3], 2),
            "confusionMatrix: labels and predictions must have equal shapes, received (2,) and"
                + " (3,); reshape one; they are not broadcast"),
        arguments(
            (Executable) () -> Metrics.confusionMatrix(WHOLE, new int[] {0, 2}, 2),
            "scatterNd: indices must be in [0, 2), received 2 at position 3; count from 0; negative"
                + " indices do not count from the end"),
        arguments(
            (Executable) () -> new F1Score().update(two, two),
            "F1Score: needs predictions [n, classes] of a known number of classes, received (2,);"
                + " reshape labels and predictions"),
        arguments(
            (Executable) () -> new F1Score().threshold(0),
            "F1Score: threshold must be above 0 and at most 1, received 0.0; apply a sigmoid to"
                + " logits, or leave it out for the largest prediction"),
        arguments(
            (Executable) () -> new FBetaScore().beta(0),
            "FBetaScore: beta must be above 0, received 0.0; use 1 for equal weights"),
        arguments(
            (Executable) () -> new R2Score().numRegressors(-1),
            "R2Score: numRegressors must be 0 or more, received -1; use 0 for none"),
        arguments(
            (Executable) () -> new R2Score().update(two, two),
            "R2Score: needs predictions [n, outputs] of a known number of outputs, received (2,);"
                + " reshape labels and predictions"));
  }

  @ParameterizedTest
  @MethodSource({"mistakes", "mistakesWithThresholds", "mistakesWithClasses"})
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
        arguments(new MeanSquaredError(), new float[] {0, 1}, new float[] {nan, 1}, Double.NaN),
        arguments(new Accuracy(), new float[] {nan, 1}, new float[] {nan, 1}, 0.5),
        arguments(new TopKCategoricalAccuracy(2), first, rows, 0.25),
        arguments(new SparseTopKCategoricalAccuracy(2), new int[] {0, 0, 0, 0}, rows, 0.25),
        arguments(new TruePositives(), new int[] {1, 1}, new float[] {nan, 1}, 1),
        arguments(new FalseNegatives(), new int[] {1, 1}, new float[] {nan, 1}, 1),
        arguments(new TrueNegatives(), new int[] {0, 0}, new float[] {nan, 0}, 1),
        arguments(new FalsePositives(), new int[] {0, 0}, new float[] {nan, 0}, 1),
        arguments(new Precision(), new int[] {1, 0, 1}, new float[] {nan, nan, 1}, 0.5),
        arguments(
            new Recall().topK(1),
            new int[][] {{1, 0}, {0, 1}},
            new float[][] {{nan, 0}, {0, 1}},
            0.5),
        arguments(new AUC(), new int[] {0, 1, 0, 1}, new float[] {nan, nan, nan, nan}, 0),
        arguments(new SpecificityAtSensitivity(0), new int[] {0, 1}, new float[] {nan, nan}, 0),
        arguments(new BinaryIoU(), new int[] {0, 1}, new float[] {nan, nan}, 0),
        arguments(
            new OneHotMeanIoU(2), first, new float[][] {{nan, 0}, {0, nan}, {1, 0}, {1, 0}}, 0.25),
        arguments(
            new F1Score().average(FBetaScore.Average.MICRO),
            first,
            new float[][] {{nan, 0}, {0, nan}, {1, 0}, {1, 0}},
            2.0 / 3));
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

  @Test
  void argumentsAreSetBeforeTheFirstUpdate() {
    Precision precision = new Precision().thresholds(0.1, 0.2);
    precision.update(new int[] {1}, new float[] {1});
    assertEquals(
        "Precision: classId must be set before the first update; make another metric",
        assertThrows(IllegalStateException.class, () -> precision.classId(1)).getMessage());
  }

  @Test
  void withoutExamplesTheResultIsZero() {
    assertEquals("f1_score: 0.0", new F1Score().toString());
    assertEquals("precision: [0.0, 0.0]", new Precision().thresholds(0.1, 0.2).toString());
    R2Score score = new R2Score();
    assertEquals(0, score.result().item());
    score.update(new float[][] {{1}, {2}}, new float[][] {{1}, {2}});
    assertEquals(1, score.result().item());
    score.reset();
    assertEquals(0, score.result().item());
  }

  @Test
  void stateOfTheFirstBatchIsMissingBefore() {
    F1Score score = new F1Score();
    assertTrue(score.isAwaitingState());
    assertEquals(List.of(), score.variables());
    score.update(new float[][] {{1, 0, 0}}, new float[][] {{1, 0, 0}});
    assertFalse(score.isAwaitingState());
    assertEquals("float64 (3,)", score.variables().getFirst().spec().toString());
    assertFalse(new F1Score().average(FBetaScore.Average.MICRO).isAwaitingState());
    assertFalse(new AUC().multiLabel(true).numLabels(2).isAwaitingState());
    assertTrue(new AUC().multiLabel(true).isAwaitingState());
    assertThrows( // of another number of classes
        IllegalArgumentException.class,
        () -> score.update(new float[][] {{1, 0}}, new float[][] {{1, 0}}));
  }

  @Test
  void functionsAreMetrics() {
    Metric mae = Metrics.of("mae", (y, p) -> y.sub(p).abs());
    mae.update(new float[] {1, 2}, new float[] {1, 4});
    assertEquals("mae: 1.0", mae.toString());
    Metric mse = Metrics.of("mse", Losses.meanSquaredError());
    mse.update(
        Tensor.of(new float[] {1, 2}),
        Tensor.of(new float[] {1, 4}),
        Tensor.of(new float[] {3, 1}));
    assertEquals("mse: 1.0", mse.toString());
    Metric one = Metrics.of("one", (y, p) -> p.mean());
    one.update(new float[] {1, 2}, new float[] {1, 3});
    one.update(new float[] {1}, new float[] {4});
    assertEquals("one: 3.0", one.toString());
    assertEquals("mae: 0.0", ((MeanMetricWrapper) mae).copy().toString());
  }

  @Test
  void confusionMatrixHasARowForEachLabel() {
    int[] labels = {1, 2, 2, 0};
    int[] predictions = {1, 0, 2, 0};
    assertEquals(
        "[[1 0 0], [0 1 0], [1 0 1]]", rows(Metrics.confusionMatrix(labels, predictions, 3)));
    assertEquals(DType.INT32, Metrics.confusionMatrix(labels, predictions, 3).dtype());
    Tensor weighted = Metrics.confusionMatrix(labels, predictions, 3, new float[] {1, 0.5f, 2, 4});
    assertEquals(0.5, weighted.get(2, 0).item());
    assertEquals(7.5, weighted.sum().item());
  }

  private static String rows(Tensor matrix) {
    return Stream.iterate(0, i -> i + 1)
        .limit(matrix.shape().size(0))
        .map(i -> Arrays.toString(matrix.get(i).toIntArray()).replace(",", ""))
        .toList()
        .toString();
  }

  @Test
  void predictionsAreComparedWithThresholdsExactly() {
    double[] hundredths = new double[101];
    Arrays.setAll(hundredths, i -> i / 100.0);
    TruePositives above = new TruePositives().thresholds(hundredths);
    // Keras finds the bucket of 0.07 from 0.07 * 100 = 7.000000000000001.
    above.update(new int[] {1}, new double[] {0.07});
    assertEquals(7, above.result().sum().item());
    for (int last : new int[] {2, 3, 10, 99, 199}) {
      Thresholds even = new Thresholds(FourCounts.even(last + 1));
      for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        for (int i = 0; i <= last; i++) {
          double t = type == DType.FLOAT32 ? (float) (i / (double) last) : i / (double) last;
          double step = type == DType.FLOAT32 ? Math.ulp((float) t) : Math.ulp(t);
          Tensor near = Casting.cast(new double[] {t - step, t, t + step}, type);
          assertArrayEquals(new int[] {i, i, i + 1}, even.below(near).toIntArray());
        }
      }
      Tensor far =
          Tensor.of(new double[] {-5, Double.NEGATIVE_INFINITY, 5, Double.POSITIVE_INFINITY});
      assertArrayEquals(new int[] {0, 0, last + 1, last + 1}, even.below(far).toIntArray());
    }
    Tensor half = Casting.cast(new float[] {0.3f}, DType.BFLOAT16); // 0.30078125
    for (Metric metric : List.of(new BinaryAccuracy(0.3), new Precision().thresholds(0.3))) {
      metric.update(new int[] {1}, half);
      assertEquals(1, metric.result().item());
    }
    Metric whole = new BinaryAccuracy();
    whole.update(new int[] {1, 0}, new int[] {1, 1});
    assertEquals(0.5, whole.result().item());
    Precision at = new Precision().thresholds(0.07);
    at.update(new int[] {1}, new double[] {0.07});
    assertEquals(0, at.result().item());
    TruePositives outside = new TruePositives().thresholds(0, 0.5, 1);
    outside.update(new int[] {1, 1}, new float[] {-3, 3});
    assertEquals("true_positives: [1.0, 1.0, 1.0]", outside.toString());
  }

  @Test
  void ofEqualPredictionsTheFirstAreAmongTheLargest() {
    float[][] equal = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    for (int k = 1; k <= 4; k++) {
      Metric top = new SparseTopKCategoricalAccuracy(k);
      top.update(new int[] {0, 1, 2}, equal);
      assertEquals(Math.min(k, 3) / 3.0, top.result().item());
    }
    Metric unknown = new SparseTopKCategoricalAccuracy(5);
    unknown.update(new int[] {-1, 3, 2}, equal);
    assertEquals(1 / 3.0, unknown.result().item());
    Metric f1 = new F1Score().average(FBetaScore.Average.MICRO);
    f1.update(new int[][] {{1, 0, 0}}, new float[][] {{0, 0, -1}});
    assertEquals(1, f1.result().item());
  }

  @Test
  void classesThatAreNoneAreLeftOutOfAConfusionMatrix() {
    MeanIoU mean = new MeanIoU(2);
    mean.update(new int[] {0, 1, -1, 255, 1}, new int[] {0, 1, 0, 1, 7});
    assertEquals(2, mean.variables().getFirst().value().sum().item());
    assertEquals(1, mean.result().item());
    OneHotIoU vectors = new OneHotIoU(3, List.of(2)).axis(1);
    Tensor maps = Tensor.zeros(DType.FLOAT32, 2, 3, 4, 4);
    vectors.update(maps, maps);
    assertEquals(0, vectors.result().item());
    IoU mixed = new IoU(3, List.of(0)).sparseYTrue(false);
    mixed.update(maps, Tensor.zeros(DType.INT32, 2, 3, 4), null);
    assertEquals(1, mixed.result().item());
  }

  @Test
  void placesOfAnIgnoredClassDoNotCount() {
    Metric entropy = new SparseCategoricalCrossentropy().ignoreClass(-1);
    entropy.update(new int[] {0, -1}, new float[][] {{0.5f, 0.5f}, {0.9f, 0.1f}});
    assertEquals(Math.log(2), entropy.result().item(), 1e-7);
  }

  @Test
  void determinationOfConstantLabels() {
    R2Score each = new R2Score().classAggregation(null);
    each.update(new float[][] {{1, 1}, {1, 1}}, new float[][] {{1, 2}, {1, 1}});
    assertEquals("r2_score: [1.0, 0.0]", each.toString());
    R2Score weighted =
        new R2Score().classAggregation(R2Score.ClassAggregation.VARIANCE_WEIGHTED_AVERAGE);
    weighted.update(new float[][] {{1, 1}, {1, 1}}, new float[][] {{1, 2}, {1, 1}});
    assertEquals(0.5, weighted.result().item());
    R2Score rounded = new R2Score();
    rounded.update(new double[][] {{0.1}, {0.1}, {0.1}}, new double[][] {{0.1}, {0.1}, {0.2}});
    assertEquals(0, rounded.result().item());
    R2Score far = new R2Score();
    far.update(new double[][] {{1e6}, {1e6 + 1}}, new double[][] {{1e6}, {1e6 + 0.5}});
    assertEquals(0.5, far.result().item(), 1e-3);
    R2Score adjusted = new R2Score().numRegressors(1);
    float[][] y = {{1, 1}, {2, 3}, {3, 2}, {4, 5}};
    float[][] p = {{1, 1}, {2, 3}, {3, 2}, {5, 4}};
    R2Score plain = new R2Score();
    adjusted.update(y, p);
    plain.update(y, p);
    assertEquals(1 - (1 - plain.result().item()) * 3 / 2, adjusted.result().item(), 1e-12);
    adjusted.reset();
    adjusted.update(new float[][] {{1, 1}, {2, 3}}, new float[][] {{1, 1}, {2, 2}});
    assertEquals(0.75, adjusted.result().item());
  }

  @Test
  void correlationsOfEqualAndConstantVectors() {
    float[][] rows = {{1e-4f, 2e-4f, 4e-4f}};
    Metric concordance = new ConcordanceCorrelation();
    concordance.update(rows, rows);
    assertEquals(1, concordance.result().item(), 1e-6);
    concordance.update(new float[][] {{1, 1, 1}}, new float[][] {{1, 1, 1}});
    assertEquals(0.5, concordance.result().item(), 1e-6);
    Metric pearson = new PearsonCorrelation();
    for (double same : new double[] {1, 0.1, 1e-9, 12345.678}) {
      pearson.reset();
      pearson.update(new double[][] {{same, same, same}}, rows);
      assertEquals(Double.NaN, pearson.result().item());
    }
  }

  @Test
  void resultsOutliveTheNextUpdate() {
    int[] labels = {1, 0};
    float[] predictions = {1, 0};
    for (Metric metric :
        List.of(new TruePositives(), new Precision(), new AUC(), new BinaryIoU(), new Accuracy())) {
      metric.update(labels, labels);
      Tensor result = metric.result();
      metric.update(labels, predictions);
      assertEquals(1, result.item(), 1e-9);
    }
  }

  @Test
  void aVectorIsOneExampleOfWhichTheLargestArePositive() {
    int[] labels = {0, 0, 1, 1};
    float[] equal = {1, 1, 1, 1};
    Metric two = new Precision().topK(2);
    two.update(labels, equal);
    assertEquals(0, two.result().item());
    Metric four = new Precision().topK(4);
    four.update(labels, equal);
    assertEquals(0.5, four.result().item());
  }

  @Test
  void aGraphThatComputesTheLossSharesItsValues() {
    Metric error = new MeanAbsoluteError();
    TracedFunction<Tensor> step =
        TracedFunction.of(
            "step",
            (Tensor y, Tensor p) -> {
              error.update(y, p, null);
              return Losses.meanAbsoluteError().of(y, p);
            });
    step.call(column3(), column3());
    String graph = step.concreteFunctions().getFirst().graph().toString();
    assertEquals(2, graph.split("Abs", -1).length, graph);
  }

  @Test
  void labelsOfAnotherSizeAreRefusedByAGraphOfUnknownSizes() {
    Precision precision = new Precision();
    TensorSpec any = new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN));
    TracedFunction<Tensor> update =
        TracedFunction.of(
                "update",
                (Tensor y, Tensor p) -> {
                  precision.update(y, p, null);
                  return precision.result();
                })
            .withSignature(any, any);
    assertEquals(
        1, update.call(Tensor.of(new float[] {1, 0}), Tensor.of(new float[] {1, 0})).item());
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> update.call(Tensor.of(new float[] {1}), Tensor.of(new float[] {1, 0})));
    assertEquals(
        "Precision: needs float32 (2,) as labels, received float32 (1,); reshape or cast it; it is"
            + " not broadcast",
        refused.getMessage());
  }

  @Test
  void vectorsAreReportedByElement() {
    Sequential model = new Sequential(new Linear(3));
    model.compile(
        new Descent(0.1),
        Losses.meanSquaredError(),
        new F1Score(),
        new Precision().thresholds(0.2, 0.5),
        new AUC().multiLabel(true));
    float[][] x = {{1, 0}, {0, 1}, {1, 1}};
    float[][] y = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    Callback evaluation =
        new Callback() {
          @Override
          public void onTrainBegin(Trainable<?, ?> trained, Plan plan) {
            model.evaluate(x, y); // sets aside state that is not there yet
          }
        };
    History history =
        model.fit(
            x,
            y,
            FitOptions.epochs(2)
                .batchSize(2)
                .callback(evaluation)
                .verbosity(FitOptions.Verbosity.SILENT));
    assertEquals(
        List.of(
            "f1_score_0", "f1_score_1", "f1_score_2", "precision_0", "precision_1", "auc", "loss"),
        List.copyOf(history.history().keySet()));
  }

  /** A million predictions in batches, against counts of the bucketed predictions. */
  @Test
  void areasOfManyExamplesNeedConstantMemory() {
    AUC area = new AUC();
    SplittableRandom random = new SplittableRandom(3);
    long[][] buckets = new long[2][200];
    float[] thresholds = new float[200];
    for (int i = 0; i < thresholds.length; i++) {
      thresholds[i] = (float) (i / 199.0);
    }
    int size = 50_000;
    for (int batch = 0; batch < 20; batch++) {
      float[] labels = new float[size];
      float[] predictions = new float[size];
      for (int i = 0; i < size; i++) {
        labels[i] = random.nextInt(2);
        predictions[i] = (float) Math.clamp(random.nextDouble() * 0.8 + 0.2 * labels[i], 0, 1);
        int place = Arrays.binarySearch(thresholds, predictions[i]);
        buckets[(int) labels[i]][Math.max(place < 0 ? -place - 2 : place - 1, 0)]++;
      }
      area.update(labels, predictions);
    }
    assertEquals(
        List.of("float64 (200,)", "float64 (200,)", "float64 (200,)", "float64 (200,)"),
        area.variables().stream().map(v -> v.spec().toString()).toList());
    assertEquals(area(buckets), area.result().item(), 1e-12);
  }

  /** Returns the area under the ROC curve of counts by label and bucket. */
  private static double area(long[][] buckets) {
    double wins = 0;
    double below = 0;
    double positives = Arrays.stream(buckets[1]).sum();
    for (int i = 0; i < buckets[0].length; i++) {
      wins += buckets[1][i] * (below + buckets[0][i] / 2.0);
      below += buckets[0][i];
    }
    return wins / (below * positives);
  }
}
