package dev.tapedeck.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.LayerGolden;
import dev.tapedeck.train.AbstractLayer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs and gradients against Keras's, from {@code make_goldens.py}. */
class LayersGoldenTest {
  /** Both types, which run different native code. */
  static Stream<Arguments> goldens() {
    return Goldens.read(LayersGoldenTest.class, "layers.json")
        .valueStream()
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
    Object layer =
        FromConfig.construct(Dense.class, golden.get("layer").asText(), golden.get("arguments"));
    LayerGolden.check((AbstractLayer<?, ?>) layer, golden, dtype);
  }
}
