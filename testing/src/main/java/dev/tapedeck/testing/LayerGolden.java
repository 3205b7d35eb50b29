package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A check of layers against what Keras computes, which a script wrote into a golden file. */
public final class LayerGolden {
  private LayerGolden() {}

  /**
   * Checks a layer against what Keras computes: {@code values} of the inputs and of each variable
   * by name, {@code masks} of inputs, the {@code output}, its {@code mask}, and the {@code
   * gradients} of the output times {@code upstream}; in {@code training} also the variables {@code
   * updated} by two calls.
   *
   * @param dtype element type of the values whose type the golden does not give
   */
  public static void check(AbstractLayer<?, ?> layer, JsonNode golden, DType dtype) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    golden.get("values").forEachEntry((name, array) -> values.put(name, tensor(array, dtype)));
    Map<String, Object> sources = new LinkedHashMap<>(values);
    sources.keySet().removeIf(name -> !name.startsWith("input"));
    List<Tensor> inputs = sources.values().stream().map(Tensor.class::cast).toList();
    boolean training = golden.has("training");
    LayerCheck.call(layer, false, inputs);
    sources.putAll(layer.namedVariables());
    assertEquals(values.keySet(), sources.keySet());
    layer
        .namedVariables()
        .forEach((name, variable) -> variable.assign(values.get(name).cast(variable.dtype())));
    sources.keySet().removeIf(name -> !golden.get("gradients").has(name));
    try (GradientTape tape = new GradientTape()) {
      inputs.stream().filter(LayerCheck::isFloating).forEach(tape::watch);
      List<Tensor> masked = masked(inputs, golden);
      Tensor output = LayerCheck.call(layer, training, masked);
      assertClose("output", golden.get("output"), output);
      assertMask(golden, output);
      Tensor upstream = Goldens.tensor(golden.get("upstream"), output.dtype());
      List<Tensor> gradients =
          tape.gradient(output.mul(upstream).sum(), List.copyOf(sources.values()));
      int i = 0;
      for (String name : sources.keySet()) {
        assertClose(name, golden.get("gradients").get(name), gradients.get(i++));
      }
      if (training) {
        LayerCheck.call(layer, true, masked);
        golden
            .get("updated")
            .forEachEntry(
                (name, array) ->
                    assertClose(name, array, layer.namedVariables().get(name).value()));
      }
    }
  }

  private static Tensor tensor(JsonNode array, DType dtype) {
    return array.has("dtype") ? Goldens.tensor(array) : Goldens.tensor(array, dtype);
  }

  private static List<Tensor> masked(List<Tensor> inputs, JsonNode golden) {
    List<Tensor> masked = new ArrayList<>();
    for (Tensor input : inputs) {
      JsonNode mask = golden.path("masks").path(masked.size());
      masked.add(mask.isObject() ? input.withMask(Goldens.tensor(mask, DType.BOOL)) : input);
    }
    return masked;
  }

  private static void assertMask(JsonNode golden, Tensor output) {
    if (golden.has("mask")) {
      assertClose("mask", golden.get("mask"), output.mask());
    } else {
      assertNull(output.mask(), "mask");
    }
  }

  private static void assertClose(String what, JsonNode golden, Tensor actual) {
    Tensor expected = Goldens.tensor(golden, DType.FLOAT64);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(values[i]));
      assertEquals(values[i], received[i], tolerance, what + " at " + i);
    }
  }
}
