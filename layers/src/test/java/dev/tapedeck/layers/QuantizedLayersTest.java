package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.InferenceFunction;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of a model after {@code quantize}, against Keras's: {@code make_quantized.py}. */
class QuantizedLayersTest {
  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  /** A model of a layer, or of its reverse. */
  private static final class One extends Model {
    private final Layer layer;
    private final boolean reverse;

    One(Layer layer, boolean reverse) {
      this.layer = layer;
      this.reverse = reverse;
    }

    @Override
    protected Tensor call(Tensor x) {
      return reverse ? ((ReversibleEmbedding) layer).applyReverse(x) : layer.apply(x);
    }
  }

  private static One one(Layer layer) {
    return new One(layer, false);
  }

  @TestFactory
  Stream<DynamicTest> agreeWithKeras() {
    return Goldens.read(QuantizedLayersTest.class, "quantized.json")
        .valueStream()
        .map(
            row -> dynamicTest(row.get("layer").asText() + row.get("arguments"), () -> check(row)));
  }

  private static void check(JsonNode row) {
    One model = new One((Layer) FromConfig.layer(row), row.get("reverse").asBoolean());
    boolean ids = row.get("layer").asText().endsWith("Embedding") && !model.reverse;
    Tensor input = Goldens.tensor(row.get("input"), ids ? DType.INT32 : DType.FLOAT32);
    Tensor before = model.predict(input);
    List<Tensor> weights = new ArrayList<>();
    row.get("weights").forEach(weight -> weights.add(Goldens.tensor(weight, DType.FLOAT32)));
    model.setWeights(weights);
    model.quantize("int8");
    assertEquals("int8", model.layer.quantizationMode());
    JsonNode quantized = row.get("quantized");
    assertEquals(quantized.size(), model.layer.variables().size());
    for (Variable variable : model.layer.variables()) {
      assertArrayEquals(
          Goldens.tensor(quantized.get(variable.name()), DType.FLOAT32).toFloatArray(),
          variable.value().cast(DType.FLOAT32).toFloatArray(),
          variable.name());
    }
    Tensor expected = Goldens.tensor(row.get("output"), DType.FLOAT32);
    assertEquals(expected.shape(), before.shape());
    assertClose(expected, model.predict(input));
    model.runEagerly(true);
    assertClose(expected, model.predict(input));
    if (!row.get("gradient").isNull()) {
      Tensor upstream = Goldens.tensor(row.get("upstream"), DType.FLOAT32);
      Tensor gradient = Goldens.tensor(row.get("gradient"), DType.FLOAT32);
      assertClose(gradient, gradient(model, input, upstream));
      assertClose(
          gradient,
          TracedFunction.of("gradient", (Tensor x) -> gradient(model, x, upstream)).call(input));
    }
  }

  private static Tensor gradient(Model model, Tensor input, Tensor upstream) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(input);
      return tape.gradient(model.apply(input).mul(upstream).sum(), input);
    }
  }

  private static void assertClose(Tensor expected, Tensor found) {
    assertClose(1e-6, expected, found);
  }

  private static void assertClose(double tolerance, Tensor expected, Tensor found) {
    double largest = Math.max(Maths.abs(expected).max().item(), 1e-3);
    assertEquals(expected.spec(), found.spec());
    assertArrayEquals(
        expected.cast(DType.FLOAT64).toDoubleArray(),
        found.cast(DType.FLOAT64).toDoubleArray(),
        tolerance * largest);
  }

  /** Keras does not quantize equations with an ellipsis. */
  @ParameterizedTest
  @CsvSource({
    "'...x,xy->...y', 3, 0, '5,2,4'",
    "'ab...,bc->ac...', 3, 0, '5,4,2'",
    "'...xy,yxz->...zx', 2, 3, '5,2,3,4'"
  })
  void ellipsesServe(String equation, int first, int second, String sizes) {
    long[] shape = Stream.of(sizes.split(",", -1)).mapToLong(Long::parseLong).toArray();
    int[] output = second == 0 ? new int[] {first} : new int[] {first, second};
    if (equation.startsWith("...xy")) {
      output = new int[] {5, 3};
    }
    One model = one(new EinsumDense(equation, output));
    Tensor x = Randoms.normal(shape);
    Tensor before = model.predict(x);
    model.quantize("int8");
    assertClose(0.03, before, model.predict(x));
  }

  @ParameterizedTest
  @CsvSource({"int8, 0.03", "float16, 0.001"})
  void everyKindOfModel(String mode, double tolerance) {
    Tensor x = Randoms.normal(6, 10);
    Sequential sequential =
        new Sequential(Input.of("x", new TensorSpec(DType.FLOAT32, Shape.of(-1, 10))));
    sequential.add(new Dense(8).activation(Maths::tanh));
    sequential.add(new Dropout(0.5));
    sequential.add(new Dense(4));
    Tensor symbol = Input.of("x", new TensorSpec(DType.FLOAT32, Shape.of(-1, 10)));
    Model functional = Model.of(symbol, new Dense(4).apply(new Dense(8).apply(symbol)));
    for (Model model : List.of(sequential, functional, one(new Dense(4)))) {
      Tensor before = model.predict(x);
      long variables = model.variables().size();
      model.quantize(mode);
      assertClose(tolerance, before, model.predict(x));
      assertEquals(mode.equals("int8") ? variables * 3 / 2 : variables, model.variables().size());
      for (Variable variable : model.variables()) {
        assertEquals(variable.name().equals("bias"), variable.trainable(), variable.name());
      }
    }
  }

  @Test
  void mixedPrecisionKeepsItsType() {
    One model = one(new Dense(3).dtype(DTypePolicy.mixedBfloat16()));
    Tensor x = Randoms.normal(4, 5);
    Tensor before = model.predict(x);
    model.quantize("int8");
    assertClose(0.05, before, model.predict(x));
  }

  @Test
  void whatIsNotFiniteShows() {
    One model = one(new Dense(2));
    Tensor x = Tensor.of(new float[][] {{1, Float.NaN}, {1, Float.POSITIVE_INFINITY}, {1, 2}});
    model.predict(x);
    model.quantize("int8");
    float[] y = model.predict(x).toFloatArray();
    for (int i = 0; i < 4; i++) {
      assertTrue(Float.isNaN(y[i]));
    }
    assertFalse(Float.isNaN(y[4]));
  }

  @Test
  void otherLayersStay() {
    Sequential model = new Sequential();
    model.add(new Conv2D(2, 3));
    model.add(new Flatten());
    model.add(new Dense(3));
    model.add(new Dense(3).loraRank(1));
    model.predict(Randoms.normal(2, 5, 5, 1));
    model.quantize("int8");
    assertNull(model.layers().getFirst().quantizationMode());
    assertEquals("int8", model.layers().get(2).quantizationMode());
    assertNull(model.layers().getLast().quantizationMode());
    One large = one(new Dense(2));
    large.predict(Randoms.normal(2, 3));
    large.layer.variables().getFirst().assign(Tensor.full(DType.FLOAT32, 7e4, 3, 2));
    assertThrows(IllegalArgumentException.class, () -> large.quantize("float16"));
    One scaled = one(new EinsumDense("ab,b->ab", 3));
    scaled.predict(Randoms.normal(2, 3));
    assertThrows(IllegalArgumentException.class, () -> scaled.quantize("int8"));
  }

  @Test
  void exportsAreRefused() {
    One model = one(new Dense(3).name("hidden"));
    TensorSpec input = new TensorSpec(DType.FLOAT32, Shape.of(-1, 4));
    model.build(input);
    model.quantize("float16");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> InferenceFunction.of("Onnx.export", model, List.of(input)))
            .getMessage();
    assertTrue(message.contains("Onnx.export: needs a model that is not quantized"), message);
    assertTrue(message.contains("\"hidden\" of float16"), message);
  }

  @Test
  void refusals() {
    One model = one(new Dense(3));
    String unbuilt =
        assertThrows(IllegalStateException.class, () -> model.quantize("int8")).getMessage();
    assertTrue(unbuilt.contains("has no variables yet; call the model once"), unbuilt);
    model.predict(Randoms.normal(2, 3));
    for (String mode : new String[] {"int4", "", null}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.quantize(mode)).getMessage();
      assertTrue(message.contains("\"int8\" or \"float16\""), message);
    }
    model.quantize("float16");
    String twice =
        assertThrows(IllegalStateException.class, () -> model.quantize("int8")).getMessage();
    assertTrue(twice.contains("is quantized to float16 already"), twice);
    Dense dense = (Dense) model.layer;
    String adapted =
        assertThrows(IllegalStateException.class, () -> dense.enableLora(2)).getMessage();
    assertTrue(adapted.contains("before model.quantize"), adapted);
    One pooled = one(new Flatten());
    pooled.predict(Randoms.normal(2, 3, 3));
    String nothing =
        assertThrows(IllegalArgumentException.class, () -> pooled.quantize("int8")).getMessage();
    assertTrue(nothing.contains("Dense, EinsumDense or Embedding"), nothing);
  }
}
