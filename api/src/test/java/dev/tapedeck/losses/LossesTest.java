package dev.tapedeck.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Reduction;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients are Keras's, which {@code src/test/python/make_losses.py} wrote down. */
class LossesTest {
  static Stream<Arguments.ArgumentSet> goldens() throws IOException {
    try (InputStream file = LossesTest.class.getResourceAsStream("losses.tsv")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .map(f -> argumentSet(String.join(" ", f[0], f[1], f[2], f[5], f[6], f[7]), (Object) f));
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithKeras(String[] golden) {
    Loss loss = loss(golden[0], golden[1].equals("logits"));
    Tensor labels = tensor(golden[2], golden[3], golden[4]);
    Tensor predictions = tensor(golden[5], golden[6], golden[7]);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(predictions);
      Tensor value = loss.of(labels, predictions);
      Tensor gradient = tape.gradient(value, predictions);
      double expected = Double.parseDouble(golden[8]);
      assertEquals(predictions.dtype(), value.dtype());
      assertEquals(0, value.shape().rank());
      assertEquals(expected, value.item(), tolerance(expected));
      assertEquals(predictions.spec(), gradient.spec());
      double[] slopes = numbers(golden[9]);
      double largest = Arrays.stream(slopes).map(Math::abs).max().orElseThrow();
      assertArrayEquals(slopes, gradient.toDoubleArray(), tolerance(largest));
    }
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

  static Stream<Method> makers() {
    return Arrays.stream(Losses.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getParameterCount() == 0);
  }

  @ParameterizedTest
  @MethodSource("makers")
  void eachHasItsArgumentsAndIsNotChanged(Method maker) throws ReflectiveOperationException {
    BuiltInLoss<?, ?> loss = (BuiltInLoss<?, ?>) maker.invoke(null);
    BuiltInLoss<?, ?> summed = loss.reduction(Reduction.SUM);
    assertEquals(loss.getClass(), summed.getClass());
    assertEquals(Reduction.SUM, summed.reduction());
    assertEquals(Reduction.SUM_OVER_BATCH_SIZE, loss.reduction());
    String name = loss.getClass().getSimpleName();
    assertTrue(summed.toString().startsWith(name + "("), summed::toString);
    assertTrue(summed.toString().endsWith("reduction=SUM)"), summed::toString);
    assertEquals(
        name,
        maker.getName().substring(0, 1).toUpperCase(Locale.ROOT) + maker.getName().substring(1));
    assertThrows(NullPointerException.class, () -> loss.reduction(null));
  }

  private static double tolerance(double magnitude) {
    return 1e-6 + 2e-6 * Math.abs(magnitude);
  }

  private static Loss loss(String name, boolean fromLogits) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    if (fromLogits) {
      arguments.put("from_logits", true);
    }
    return (Loss) FromConfig.call(Losses.class, name, arguments);
  }

  private static Tensor tensor(String dtype, String shape, String values) {
    long[] sizes = Arrays.stream(shape.split(",", -1)).mapToLong(Long::parseLong).toArray();
    return Casting.cast(Tensor.of(numbers(values)).reshape(sizes), Goldens.dtype(dtype));
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  static Stream<Arguments.ArgumentSet> elementwise() {
    return Stream.of(
        argumentSet("squared", "meanSquaredError", Losses.meanSquaredError()),
        argumentSet("absolute", "meanAbsoluteError", Losses.meanAbsoluteError()),
        argumentSet("binary", "binaryCrossentropy", Losses.binaryCrossentropy()),
        argumentSet(
            "binary logits", "binaryCrossentropy", Losses.binaryCrossentropy().fromLogits()),
        argumentSet("categorical", "categoricalCrossentropy", Losses.categoricalCrossentropy()),
        argumentSet(
            "categorical logits",
            "categoricalCrossentropy",
            Losses.categoricalCrossentropy().fromLogits()));
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void labelsAreNotBroadcast(String who, Loss loss) {
    Tensor row = Tensor.of(new float[] {0.25f, 0.75f});
    Tensor column = row.reshape(2, 1);
    Tensor square = Tensor.of(new float[][] {{0.25f, 0.75f}, {0.5f, 0.5f}});
    for (Tensor[] unlike : new Tensor[][] {{row, column}, {column, row}, {column, square}}) {
      assertRefused(
          who
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
    assertRefused("sparseCategoricalCrossentropy: " + ofProbabilities, loss, classes, predictions);
  }

  private static void assertRefused(String message, Loss loss, Tensor labels, Tensor predictions) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> loss.of(labels, predictions));
    assertEquals(message, refused.getMessage());
  }
}
