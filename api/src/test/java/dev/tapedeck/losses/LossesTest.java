package dev.tapedeck.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Reduction;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients are Keras's, which {@code src/test/python/make_losses.py} wrote down. */
class LossesTest {
  /** The losses whose labels are the numbers of classes. */
  private static final Set<String> OF_CLASSES =
      Set.of("sparseCategoricalCrossentropy", "categoricalGeneralizedCrossEntropy", "circle");

  /** A row of the goldens. */
  record Golden(JsonNode json) {
    Loss loss() {
      return (Loss) FromConfig.call(Losses.class, name(), json.get("arguments"));
    }

    String name() {
      return json.get("loss").asText();
    }

    Tensor tensor(String name) {
      return json.has(name) ? Goldens.tensor(json.get(name)) : null;
    }

    /** Returns predictions of the row's shape where no loss has a kink. */
    Tensor smooth() {
      Shape shape = tensor("predictions").shape();
      double[] values = new Random(3).doubles(shape.count(), 0.05, 0.95).toArray();
      return Tensor.of(values).reshape(shape.toArray());
    }
  }

  static Stream<Arguments.ArgumentSet> goldens() {
    return Goldens.read(LossesTest.class, "losses.json")
        .valueStream()
        .map(Golden::new)
        .map(g -> argumentSet(g.name() + g.json.get("arguments") + g.json.get("labels"), g));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithKeras(Golden golden) {
    Loss loss = golden.loss();
    Tensor labels = golden.tensor("labels");
    Tensor predictions = golden.tensor("predictions");
    try (GradientTape tape = new GradientTape()) {
      tape.watch(predictions);
      Tensor each = loss.perExample(labels, predictions);
      Tensor value = loss.of(labels, predictions, golden.tensor("weights"));
      assertNear(golden.tensor("each"), each);
      assertNear(golden.tensor("value"), value);
      assertNear(golden.tensor("gradient"), tape.gradient(value, predictions));
    }
  }

  /** Returns the rows but those of relative errors of labels that are 0. */
  static Stream<Arguments.ArgumentSet> smallGoldens() {
    return goldens().filter(row -> ((Golden) row.get()[0]).tensor("each").abs().sum().item() < 1e6);
  }

  @ParameterizedTest
  @MethodSource("smallGoldens")
  void gradientsAreThoseOfDifferences(Golden golden) {
    Tensor labels = golden.tensor("labels");
    Loss loss = golden.loss();
    GradientChecker.check(x -> loss.perExample(labels, x[0]), golden.smooth());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void tracedEqualsEagerForBatchesOfAnySize(Golden golden) {
    Loss loss = golden.loss();
    Tensor labels = golden.tensor("labels");
    Tensor predictions = golden.tensor("predictions");
    TracedFunction<List<Tensor>> traced =
        TracedFunction.<List<Tensor>>ofAll("loss", x -> valueAndSlope(loss, x))
            .withSignature(ofAnySize(labels), ofAnySize(predictions));
    List<Tensor> expected = valueAndSlope(loss, List.of(labels, predictions));
    List<Tensor> actual = traced.call(labels, predictions);
    for (int i = 0; i < 2; i++) {
      assertEquals(expected.get(i).spec(), actual.get(i).spec());
      double[] values = expected.get(i).toDoubleArray();
      assertArrayEquals(values, actual.get(i).toDoubleArray(), tolerance(values));
    }
  }

  private static List<Tensor> valueAndSlope(Loss loss, List<?> x) {
    Tensor predictions = (Tensor) x.get(1);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(predictions);
      Tensor value = loss.of((Tensor) x.get(0), predictions);
      return List.of(value, tape.gradient(value, predictions));
    }
  }

  private static TensorSpec ofAnySize(Tensor tensor) {
    return new TensorSpec(tensor.dtype(), tensor.shape().with(0, Shape.UNKNOWN));
  }

  private static void assertNear(Tensor expected, Tensor actual) {
    assertEquals(expected.spec(), actual.spec());
    double[] values = expected.toDoubleArray();
    assertArrayEquals(values, actual.toDoubleArray(), tolerance(values));
  }

  private static double tolerance(double... values) {
    return 1e-6 + 2e-6 * Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  @Test
  void everyLossHasRows() {
    Set<String> tested = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    goldens().forEach(row -> tested.add(((Golden) row.get()[0]).name()));
    makers().forEach(maker -> assertTrue(tested.contains(maker.getName()), maker::getName));
  }

  /** Keras's categorical loss, and its sparse one on PyTorch; a row of zeros is even odds. */
  @ParameterizedTest
  @ValueSource(ints = {2, 10, 1000, 50_000})
  void certainPredictionsCostTheSameForAnyNumberOfClasses(int classes) {
    Tensor right = Indexing.oneHot(new int[] {0}, classes, DType.FLOAT32);
    Tensor wrong = Indexing.oneHot(new int[] {1}, classes, DType.FLOAT32);
    Tensor zeros = Tensor.zeros(DType.FLOAT32, 1, classes);
    Loss sparse = Losses.sparseCategoricalCrossentropy();
    Loss dense = Losses.categoricalCrossentropy();
    for (int i = 0; i < 2; i++) {
      Loss loss = i == 0 ? sparse : dense;
      Tensor labels = i == 0 ? Tensor.of(new int[] {0}) : right;
      assertEquals(1.1920930376163597e-7, loss.of(labels, right).item(), 1e-14);
      assertEquals(16.118095, loss.of(labels, wrong).item(), 2e-6);
      assertEquals(Math.log(classes), loss.of(labels, zeros).item(), 1e-6 * Math.log(classes));
      try (GradientTape tape = new GradientTape()) {
        tape.watch(zeros);
        Tensor slope = tape.gradient(loss.of(labels, zeros), zeros);
        assertEquals(0, Reductions.any(Logic.isNan(slope)).item());
      }
    }
  }

  static Stream<BuiltInLoss<?, ?>> hard() {
    Stream<BuiltInLoss<?, ?>> plain =
        makers().map(LossesTest::made).filter(loss -> !loss.name().equals("ctc"));
    return Stream.concat(
        plain,
        Stream.of(
            Losses.binaryCrossentropy().fromLogits(),
            Losses.binaryFocalCrossentropy().gamma(0.5),
            Losses.binaryFocalCrossentropy().gamma(0.5).fromLogits(),
            Losses.categoricalCrossentropy().fromLogits(),
            Losses.categoricalFocalCrossentropy().gamma(0.5),
            Losses.categoricalFocalCrossentropy().gamma(0.5).fromLogits(),
            Losses.sparseCategoricalCrossentropy().fromLogits()));
  }

  @ParameterizedTest
  @MethodSource("hard")
  void hardPredictionsCostFiniteNumbersWithFiniteSlopes(BuiltInLoss<?, ?> loss) {
    boolean ofClasses = OF_CLASSES.contains(loss.name());
    boolean wide = loss.toString().contains("fromLogits=true");
    for (double[] row : new double[][] {{0, 0, 0}, {1, 1, 1}, {0, 1, 0}, {1e-9, 0, 1}}) {
      Tensor predictions = Tensor.of(new double[][] {row, row}).mul(wide ? 1e4 : 1);
      for (Tensor x : List.of(predictions, predictions.cast(DType.FLOAT32))) {
        Tensor bits = Tensor.of(new int[][] {{0, 0, 0}, {0, 1, 0}});
        Tensor labels = ofClasses ? Tensor.of(new int[] {0, 1}) : bits;
        for (Tensor result : valueAndSlope(loss, List.of(labels, x))) {
          assertTrue(Reductions.all(Logic.isFinite(result)).item() == 1, () -> "" + result);
        }
      }
    }
  }

  /** What Keras cannot compute, or makes NaN or infinite. */
  @Test
  void lossesOfHardPredictions() {
    Tensor label = Tensor.of(new int[] {1});
    Tensor oneHot = Tensor.of(new double[][] {{0, 1}});
    Tensor wrong = Tensor.of(new double[][] {{1000, -1000}});
    assertEquals(
        2000, Losses.categoricalFocalCrossentropy().alpha(1).fromLogits().of(oneHot, wrong).item());
    assertEquals(1000, Losses.binaryFocalCrossentropy().fromLogits().of(oneHot, wrong).item());
    Tensor impossible = Tensor.of(new double[][] {{1, 0}});
    assertEquals(2, Losses.categoricalGeneralizedCrossEntropy().of(label, impossible).item());
    Tensor alone = Tensor.of(new double[][] {{1, 0}, {0, 1}});
    assertEquals(0, Losses.circle().of(Tensor.of(new int[] {0, 1}), alone).item());
  }

  @Test
  void classesMayBeOnAnyAxis() {
    Tensor labels = Tensor.of(new int[][] {{0, 2}, {1, 1}});
    Tensor last = Tensor.of(new Random(5).doubles(12, 0.1, 1).toArray()).reshape(2, 2, 3);
    Tensor first = Shaping.moveAxis(last, -1, 1);
    SparseCategoricalCrossentropy sparse = Losses.sparseCategoricalCrossentropy();
    Tensor oneHot = Indexing.oneHot(labels, 3, DType.FLOAT64);
    CategoricalCrossentropy dense = Losses.categoricalCrossentropy().labelSmoothing(0.1);
    for (boolean logits : new boolean[] {false, true}) {
      sparse = logits ? sparse.fromLogits() : sparse;
      dense = logits ? dense.fromLogits() : dense;
      assertNear(sparse.perExample(labels, last), sparse.axis(1).perExample(labels, first));
      assertNear(
          dense.perExample(oneHot, last),
          dense.axis(1).perExample(Shaping.moveAxis(oneHot, -1, 1), first));
    }
  }

  @Test
  void ignoredClassesDoNotCount() {
    Loss loss = Losses.sparseCategoricalCrossentropy().ignoreClass(-1).fromLogits();
    Tensor labels = Tensor.of(new int[] {-1, 1, -1, 0});
    Tensor logits = Tensor.of(new double[][] {{1, 2}, {0, 0}, {3, 4}, {0, 0}});
    assertEquals(Math.log(2), loss.of(labels, logits).item(), 1e-12);
    assertEquals(0, loss.of(Tensor.of(new int[] {-1, -1, -1, -1}), logits).item());
    assertArrayEquals(
        new double[] {0, 1, 0, 1}, loss.perExample(labels, logits).mask().toDoubleArray());
  }

  static Stream<Method> makers() {
    return Arrays.stream(Losses.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getParameterCount() == 0);
  }

  private static BuiltInLoss<?, ?> made(Method maker) {
    try {
      return (BuiltInLoss<?, ?>) maker.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(maker.getName(), e);
    }
  }

  @ParameterizedTest
  @MethodSource("makers")
  void eachHasItsArgumentsAndIsNotChanged(Method maker) {
    BuiltInLoss<?, ?> loss = made(maker);
    BuiltInLoss<?, ?> summed = loss.reduction(Reduction.SUM);
    assertEquals(loss.getClass(), summed.getClass());
    assertEquals(Reduction.SUM, summed.reduction());
    assertEquals(Reduction.SUM_OVER_BATCH_SIZE, loss.reduction());
    assertEquals(loss.arguments(), summed.reduction(loss.reduction()).arguments());
    assertEquals(maker.getName(), loss.name());
    assertTrue(loss.getClass().getSimpleName().equalsIgnoreCase(maker.getName()), loss::toString);
    assertThrows(NullPointerException.class, () -> loss.reduction(null));
  }

  @Test
  void printedWithTheirArguments() {
    assertEquals("Hinge(reduction=SUM_OVER_BATCH_SIZE)", Losses.hinge().toString());
    assertEquals(
        "Huber(delta=0.5, reduction=SUM)",
        Losses.huber().delta(0.5).reduction(Reduction.SUM).toString());
    assertEquals(
        "BinaryCrossentropy(fromLogits=true, labelSmoothing=0.1, axis=-1,"
            + " reduction=SUM_OVER_BATCH_SIZE)",
        Losses.binaryCrossentropy().fromLogits().labelSmoothing(0.1).toString());
  }

  static Stream<BuiltInLoss<?, ?>> alike() {
    return hard().filter(loss -> !OF_CLASSES.contains(loss.name()));
  }

  @ParameterizedTest
  @MethodSource("alike")
  void labelsAreNotBroadcast(BuiltInLoss<?, ?> loss) {
    Tensor row = Tensor.of(new float[] {0.25f, 0.75f});
    Tensor column = row.reshape(2, 1);
    Tensor square = Tensor.of(new float[][] {{0.25f, 0.75f}, {0.5f, 0.5f}});
    for (Tensor[] unlike : new Tensor[][] {{row, column}, {column, row}, {column, square}}) {
      assertRefused(
          loss.name()
              + ": labels "
              + unlike[0].shape()
              + " and predictions "
              + unlike[1].shape()
              + " must have equal shapes; they are not broadcast: "
              + (unlike[0] == row
                  ? "expandDims(labels, -1), or squeeze the predictions"
                  : "reshape or squeeze one"),
          loss,
          unlike[0],
          unlike[1]);
    }
  }

  static Stream<Arguments.ArgumentSet> badClasses() {
    return Stream.of(
        argumentSet(
            "column",
            new int[][] {{0}, {2}},
            "logits (2, 3) need labels (2,), received (2, 1); squeeze the labels, or use"
                + " softmaxCrossEntropy for one-hot ones"),
        argumentSet(
            "one-hot",
            new int[][] {{1, 0, 0}, {0, 0, 1}},
            "logits (2, 3) need labels (2,), received (2, 3); they look one-hot: use"
                + " softmaxCrossEntropy for them, or argmax(labels, -1)"),
        argumentSet(
            "float",
            new float[] {0, 2},
            "needs whole-number indices, received float32; cast them to int32"),
        argumentSet(
            "too large",
            new int[] {0, 3},
            "labels must be classes in [0, 3), received 3 at position 1; count classes from 0,"
                + " and give the model an output for each"),
        argumentSet(
            "negative",
            new long[] {-1, 0},
            "labels must be classes in [0, 3), received -1 at position 0; count classes from 0,"
                + " and give the model an output for each"),
        argumentSet(
            "large byte",
            Tensor.ofUint8(new byte[] {2, -1}, 2),
            "labels must be classes in [0, 3), received 255 at position 1; count classes from"
                + " 0, and give the model an output for each"));
  }

  @ParameterizedTest
  @MethodSource("badClasses")
  void sparseLabelsMustBeClasses(Object labels, String message) {
    SparseCategoricalCrossentropy loss = Losses.sparseCategoricalCrossentropy();
    Tensor predictions = Tensor.of(new float[][] {{0.2f, 0.3f, 0.5f}, {0.1f, 0.1f, 0.8f}});
    Tensor classes = Tensor.of(labels);
    assertRefused("sparseSoftmaxCrossEntropy: " + message, loss.fromLogits(), classes, predictions);
    String ofProbabilities =
        message
            .replace("logits", "predictions")
            .replace("softmaxCrossEntropy", "categoricalCrossentropy");
    assertRefused("labelProbability: " + ofProbabilities, loss, classes, predictions);
  }

  @Test
  void circleNeedsALabelForEachVector() {
    Tensor vectors = Tensor.of(new float[][] {{1, 0}, {0, 1}});
    assertRefused(
        "circle: needs labels [n] and vectors [n, size], received labels (2, 1) and predictions"
            + " (2, 2); give a label for each vector",
        Losses.circle(),
        Tensor.of(new int[][] {{0}, {1}}),
        vectors);
    assertRefused(
        "circle: needs whole-number indices, received float32; cast them to int32",
        Losses.circle(),
        Tensor.of(new float[] {0, 1}),
        vectors);
    assertRefused(
        "circle: needs labels [n] and vectors [n, size], received labels (1,) and predictions"
            + " (2, 2); give a label for each vector",
        Losses.circle(),
        Tensor.of(new int[] {0}),
        vectors);
  }

  @ParameterizedTest
  @MethodSource("alike")
  void predictionsAreFloating(BuiltInLoss<?, ?> loss) {
    Tensor whole = Tensor.of(new int[][] {{0, 1}});
    assertRefused(
        loss.name()
            + ": needs predictions of a floating point type, received int32 (1, 2); cast them, as"
            + " by cast(DType.FLOAT32)",
        loss,
        whole,
        whole);
  }

  @Test
  void alphaHasAFactorForEachClass() {
    Tensor three = Tensor.of(new double[][] {{0, 1, 0}});
    assertRefused(
        "categoricalFocalCrossentropy: alpha has a factor for each class, 2, received predictions"
            + " (1, 3); give one for all classes, or as many as there are",
        Losses.categoricalFocalCrossentropy().alpha(0.2, 0.8),
        three,
        three);
  }

  static Stream<Arguments.ArgumentSet> badArguments() {
    return Stream.of(
        badArgument(
            "loss: labelSmoothing is from 0 to 1, received 1.5; give the share of the label that"
                + " all classes get",
            () -> Losses.binaryCrossentropy().labelSmoothing(1.5)),
        badArgument(
            "loss: labelSmoothing is from 0 to 1, received NaN; give the share of the label that"
                + " all classes get",
            () -> Losses.categoricalFocalCrossentropy().labelSmoothing(Double.NaN)),
        badArgument(
            "loss: gamma is 0 or more, received -1.0; give 0 for the plain cross-entropy",
            () -> Losses.binaryFocalCrossentropy().gamma(-1)),
        badArgument(
            "categoricalFocalCrossentropy: alpha is a factor, or one for each class, received [];"
                + " give 1 for none",
            () -> Losses.categoricalFocalCrossentropy().alpha()),
        badArgument(
            "huber: delta is more than 0, received 0.0; give the largest small error",
            () -> Losses.huber().delta(0)),
        badArgument(
            "categoricalGeneralizedCrossEntropy: q is between 0 and 1, received 1.0; try 0.7",
            () -> Losses.categoricalGeneralizedCrossEntropy().q(1)));
  }

  private static Arguments.ArgumentSet badArgument(String message, Executable made) {
    return argumentSet(message, message, made);
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void badArgumentsAreRefused(String message, Executable made) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, made).getMessage());
  }

  private static void assertRefused(String message, Loss loss, Tensor labels, Tensor predictions) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> loss.of(labels, predictions));
    assertEquals(message, refused.getMessage());
  }
}
