package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs and gradients against Keras's. */
class LayersGoldenTest {
  /** Both types, which run different native code. */
  static Stream<Arguments> goldens() {
    return Goldens.read("layers.json")
        .flatMap(
            golden ->
                Stream.of(DType.FLOAT32, DType.FLOAT64)
                    .map(
                        dtype ->
                            Arguments.argumentSet(
                                golden.get("layer").asText() + golden.get("arguments") + dtype,
                                golden,
                                dtype)));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithKeras(JsonNode golden, DType dtype) {
    Layer layer = layer(golden.get("layer").asText(), golden.get("arguments"));
    Map<String, Tensor> values = new LinkedHashMap<>();
    golden.get("values").forEachEntry((name, array) -> values.put(name, tensor(array, dtype)));
    Tensor input = values.get("input");
    layer.apply(input);
    Map<String, Object> sources = new LinkedHashMap<>(layer.namedVariables());
    layer.namedVariables().forEach((name, variable) -> variable.assign(values.get(name)));
    sources.put("input", input);
    assertEquals(values.keySet(), sources.keySet());

    try (GradientTape tape = new GradientTape()) {
      tape.watch(input);
      Tensor output = layer.apply(input);
      assertClose("output", golden.get("output"), output);
      Tensor loss = output.mul(tensor(golden.get("upstream"), dtype)).sum();
      List<Tensor> gradients = tape.gradient(loss, List.copyOf(sources.values()));
      int i = 0;
      for (String name : sources.keySet()) {
        assertClose(name, golden.get("gradients").get(name), gradients.get(i++));
      }
    }
  }

  private static Layer layer(String name, JsonNode arguments) {
    Padding padding =
        Padding.valueOf(arguments.path("padding").asText("valid").toUpperCase(Locale.ROOT));
    int size = arguments.path("pool_size").asInt(2);
    int strides = arguments.path("strides").asInt(name.equals("Conv2D") ? 1 : size);
    boolean useBias = arguments.path("use_bias").asBoolean(true);
    UnaryOperator<Tensor> activation =
        switch (arguments.path("activation").asText()) {
          case "relu" -> Activations::relu;
          case "tanh" -> Activations::tanh;
          default -> Activations::linear;
        };
    return switch (name) {
      case "Dense" -> new Dense(arguments.get("units").asInt(), activation).useBias(useBias);
      case "Conv2D" ->
          new Conv2D(
                  arguments.get("filters").asInt(),
                  arguments.get("kernel_size").asInt(),
                  activation)
              .strides(strides)
              .padding(padding)
              .useBias(useBias);
      case "MaxPool2D" -> new MaxPool2D(size).strides(strides).padding(padding);
      case "AvgPool2D" -> new AvgPool2D(size).strides(strides).padding(padding);
      case "Flatten" -> new Flatten();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Tensor tensor(JsonNode array, DType dtype) {
    return Casting.cast(Tensor.of(values(array), shape(array)), dtype);
  }

  private static float[] values(JsonNode array) {
    return Goldens.JSON.convertValue(array.get("values"), float[].class);
  }

  private static long[] shape(JsonNode array) {
    return Goldens.JSON.convertValue(array.get("shape"), long[].class);
  }

  private static void assertClose(String what, JsonNode expected, Tensor actual) {
    assertEquals(Shape.of(shape(expected)), actual.shape(), what);
    float[] values = values(expected);
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(values[i]));
      assertEquals(values[i], received[i], tolerance, what + " at " + i);
    }
  }
}
