package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.config.Records;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The checks of a layer against what Keras computes, which a script wrote into a golden file.
 *
 * <p>A golden has {@code values} of the inputs and of each variable by name, {@code masks} of
 * inputs, the {@code output}, its {@code mask}, and the {@code gradients} of the output times
 * {@code upstream}; in {@code training} also the variables {@code updated} by two calls.
 */
public final class LayerGolden {
  private static final double TOLERANCE = 1e-5;

  private final Supplier<? extends AbstractLayer<?, ?>> maker;
  private final JsonNode golden;
  private final LayerCheck.Call call;

  /**
   * A golden's layer, built, with its arguments and variables.
   *
   * @param inputs the golden's inputs, without masks
   * @param masks their masks; null for an input that has none
   */
  public record Built(AbstractLayer<?, ?> layer, List<Tensor> inputs, List<Tensor> masks) {}

  private LayerGolden(
      Supplier<? extends AbstractLayer<?, ?>> maker, JsonNode golden, LayerCheck.Call call) {
    this.maker = maker;
    this.golden = golden;
    this.call = call;
  }

  /**
   * Returns the tests: Keras's numbers in float32, float64 and, roughly, with computation in
   * bfloat16; a copy of the layer; the inferred shape and a traced function where the batch size is
   * unknown.
   *
   * @param layer maker of the layer, of a tensor or of a list of tensors
   */
  public static Stream<DynamicTest> tests(
      Supplier<? extends AbstractLayer<?, ?>> layer, JsonNode golden) {
    return tests(layer, golden, LayerCheck::apply);
  }

  /**
   * Returns the tests of a layer whose input is not a tensor or a list of tensors, or whose output
   * is not a tensor.
   *
   * @param call calls the layer with the inputs
   */
  public static Stream<DynamicTest> tests(
      Supplier<? extends AbstractLayer<?, ?>> layer, JsonNode golden, LayerCheck.Call call) {
    LayerGolden of = new LayerGolden(layer, golden, call);
    return Stream.of(
        dynamicTest("float32", () -> of.agrees(DType.FLOAT32)),
        dynamicTest("float64", () -> of.agrees(DType.FLOAT64)),
        dynamicTest("mixed bfloat16", of::agreesInBfloat16),
        dynamicTest("copy", of::copyIsAlike),
        dynamicTest("unknown batch size", of::batchSizeMayBeUnknown));
  }

  /** Returns a golden's layer, and its inputs, in float32. */
  public static Built build(
      Supplier<? extends AbstractLayer<?, ?>> layer, JsonNode golden, LayerCheck.Call call) {
    LayerGolden of = new LayerGolden(layer, golden, call);
    List<Tensor> inputs = of.inputs(DType.FLOAT32);
    List<Tensor> masks = new ArrayList<>();
    of.masked(inputs).forEach(input -> masks.add(input.mask()));
    return new Built(of.layer(null, inputs), inputs, masks);
  }

  private boolean training() {
    return golden.has("training");
  }

  private List<Tensor> inputs(DType dtype) {
    List<Tensor> inputs = new ArrayList<>();
    golden
        .get("values")
        .forEachEntry(
            (name, array) -> {
              if (name.startsWith("input")) {
                inputs.add(tensor(array, dtype));
              }
            });
    return inputs;
  }

  private List<Tensor> masked(List<Tensor> inputs) {
    List<Tensor> masked = new ArrayList<>();
    for (Tensor input : inputs) {
      JsonNode mask = golden.path("masks").path(masked.size());
      masked.add(mask.isObject() ? input.withMask(Goldens.tensor(mask, DType.BOOL)) : input);
    }
    return masked;
  }

  /** Returns the layer's variables by the last part of their names; a second one is numbered. */
  private static Map<String, Variable> variables(AbstractLayer<?, ?> layer) {
    Map<String, Variable> named = new LinkedHashMap<>();
    layer
        .namedVariables()
        .forEach(
            (path, variable) -> {
              String last = path.substring(path.lastIndexOf('/') + 1);
              String name = last;
              for (int i = 1; named.containsKey(name); i++) {
                name = last + "_" + i;
              }
              named.put(name, variable);
            });
    return named;
  }

  /** Returns the layer with the golden's variables. */
  private AbstractLayer<?, ?> layer(DTypePolicy policy, List<Tensor> inputs) {
    AbstractLayer<?, ?> layer = maker.get();
    if (policy != null) {
      layer = withPolicy(layer, policy);
    }
    if (golden.has("adapt")) {
      FromConfig.adapt(layer, tensor(golden.get("adapt"), DType.FLOAT32));
    }
    call.of(layer, inputs, false);
    Map<String, Variable> variables = variables(layer);
    List<String> names = new ArrayList<>();
    golden.get("values").fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> name.startsWith("input"));
    assertEquals(names, List.copyOf(variables.keySet()));
    variables.forEach(
        (name, variable) -> {
          JsonNode value = golden.get("values").get(name);
          if (golden.has("adapt")) {
            assertClose(name, value, variable.value(), TOLERANCE);
          } else {
            variable.assign(tensor(value, DType.FLOAT64).cast(variable.dtype()));
          }
        });
    return layer;
  }

  private static AbstractLayer<?, ?> withPolicy(AbstractLayer<?, ?> layer, DTypePolicy policy) {
    return layer instanceof Layer one ? one.dtype(policy) : ((LayerOf<?, ?>) layer).dtype(policy);
  }

  private void agrees(DType dtype) {
    List<Tensor> inputs = inputs(dtype);
    AbstractLayer<?, ?> layer = layer(null, inputs);
    Map<String, Object> sources = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      sources.put(inputs.size() == 1 ? "input" : "input_" + i, inputs.get(i));
    }
    sources.putAll(variables(layer));
    sources.keySet().removeIf(name -> !golden.path("gradients").has(name));
    try (GradientTape tape = new GradientTape()) {
      inputs.stream().filter(LayerCheck::isFloating).forEach(tape::watch);
      List<Tensor> masked = masked(inputs);
      Tensor output = call.of(layer, masked, training());
      assertClose("output", golden.get("output"), output, TOLERANCE);
      assertMask(output);
      if (golden.has("upstream")) {
        Tensor upstream = Goldens.tensor(golden.get("upstream"), output.dtype());
        List<Tensor> gradients =
            tape.gradient(output.mul(upstream).sum(), List.copyOf(sources.values()));
        int i = 0;
        for (String name : sources.keySet()) {
          assertClose(name, golden.get("gradients").get(name), gradients.get(i++), TOLERANCE);
        }
      }
      if (training()) {
        call.of(layer, masked, true);
        Map<String, Variable> variables = variables(layer);
        golden
            .get("updated")
            .forEachEntry(
                (name, array) -> assertClose(name, array, variables.get(name).value(), TOLERANCE));
      }
    }
  }

  /** Checks the types, and that there is no more error than of rounding. */
  private void agreesInBfloat16() {
    List<Tensor> inputs = inputs(DType.FLOAT32);
    AbstractLayer<?, ?> layer = layer(DTypePolicy.mixedBfloat16(), inputs);
    layer.variables().stream()
        .filter(variable -> variable.dtype().isFloating())
        .forEach(variable -> assertEquals(DType.FLOAT32, variable.dtype()));
    Tensor output = call.of(layer, masked(inputs), training());
    if (LayerCheck.isFloating(output)) {
      assertEquals(DType.BFLOAT16, output.dtype());
    }
    double largest = 1;
    for (JsonNode value : golden.get("output").get("values")) {
      largest = Math.max(largest, Math.abs(value.asDouble()));
    }
    assertClose("output", golden.get("output"), output, 0.06 * largest);
  }

  private void copyIsAlike() {
    List<Tensor> inputs = inputs(DType.FLOAT32);
    AbstractLayer<?, ?> layer = layer(null, inputs);
    AbstractLayer<?, ?> copy = layer.copy();
    assertEquals(layer.arguments().getClass(), copy.arguments().getClass());
    assertEquals(ownArguments(layer), ownArguments(copy));
    call.of(copy, inputs, false);
    copy.setWeights(layer.getWeights());
    assertSame(
        call.of(layer, masked(inputs), training()), call.of(copy, masked(inputs), training()), 0);
  }

  /** Returns the arguments but the layers among them, of which a copy has copies. */
  private static List<Object> ownArguments(AbstractLayer<?, ?> layer) {
    List<Object> own = new ArrayList<>(Records.components(layer.arguments()));
    own.removeIf(LayerGolden::holdsLayers);
    return own;
  }

  private static boolean holdsLayers(Object argument) {
    return argument instanceof AbstractLayer
        || (argument instanceof List<?> list && list.stream().anyMatch(LayerGolden::holdsLayers));
  }

  private void batchSizeMayBeUnknown() {
    List<Tensor> inputs = inputs(DType.FLOAT32);
    AbstractLayer<?, ?> layer = layer(null, inputs);
    List<Tensor> masked = masked(inputs);
    Tensor expected = call.of(layer, masked, false);
    List<TensorSpec> specs =
        inputs.stream()
            .map(input -> new TensorSpec(input.dtype(), withoutBatchSize(input.shape())))
            .toList();
    List<Tensor> symbols = specs.stream().map(spec -> Input.of("input", spec)).toList();
    TensorSpec inferred = call.of(layer, symbols, false).spec();
    assertTrue(
        expected.spec().fits(inferred), () -> expected.spec() + " was inferred as " + inferred);
    Tensor unmasked = call.of(layer, inputs, false);
    TracedFunction<Tensor> traced =
        TracedFunction.<Tensor>ofAll(
                "layer", x -> call.of(layer, x.stream().map(Tensor.class::cast).toList(), false))
            .withSignature(specs.toArray(TensorSpec[]::new));
    Tensor actual = traced.call(inputs.toArray());
    assertSame(unmasked, actual, 1e-6);
  }

  private static Shape withoutBatchSize(Shape shape) {
    return shape.isScalar() ? shape : shape.with(0, Shape.UNKNOWN);
  }

  private static void assertSame(Tensor expected, Tensor actual, double tolerance) {
    if (expected instanceof StringTensor) {
      assertText("output", expected, actual);
    } else {
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), tolerance);
    }
  }

  private static Tensor tensor(JsonNode array, DType dtype) {
    return array.has("dtype") ? Goldens.tensor(array) : Goldens.tensor(array, dtype);
  }

  private void assertMask(Tensor output) {
    if (golden.has("mask")) {
      assertClose("mask", golden.get("mask"), output.mask(), 0);
    } else {
      assertNull(output.mask(), "mask");
    }
  }

  private static void assertText(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape(), what);
    assertEquals(((StringTensor) expected).toList(), ((StringTensor) actual).toList(), what);
  }

  private static void assertClose(String what, JsonNode golden, Tensor actual, double tolerance) {
    if (actual instanceof StringTensor) {
      assertText(what, Goldens.tensor(golden), actual);
      return;
    }
    Tensor expected = Goldens.tensor(golden, DType.FLOAT64);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(
          values[i], received[i], tolerance * Math.max(1, Math.abs(values[i])), what + " at " + i);
    }
  }
}
