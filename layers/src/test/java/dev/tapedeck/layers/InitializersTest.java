package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Distributions against definitions, and against what Keras draws. */
class InitializersTest {
  /** The deviation of a standard normal distribution cut off at 2, where the limit is 2 over it. */
  private static final double CUT_DEVIATION = 0.8796256610342398;

  static Stream<Arguments> goldens() {
    return Goldens.read(InitializersTest.class, "initializers.json")
        .valueStream()
        .map(g -> Arguments.argumentSet(g.get("initializer").asText() + g.get("shape"), g));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void isDistributedAsInKeras(JsonNode golden) {
    String name = golden.get("initializer").asText();
    long[] shape = golden.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
    double[] drawn =
        ((Initializer)
                FromConfig.call(Initializers.class, name, JsonNodeFactory.instance.objectNode()))
            .create(RandomKey.of(1), new TensorSpec(DType.FLOAT32, Shape.of(shape)))
            .toDoubleArray();
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(drawn).map(x -> x * x).average().orElseThrow() - mean * mean);
    double largest = Arrays.stream(drawn).map(Math::abs).max().orElseThrow();

    double window = shape.length == 4 ? shape[0] * shape[1] : 1;
    double in = window * shape[shape.length - 2];
    double out = window * shape[shape.length - 1];
    double scale = name.startsWith("He") ? 2 : 1;
    double expected = Math.sqrt(scale / (name.startsWith("Glorot") ? (in + out) / 2 : in));
    double limit = expected * (name.endsWith("Uniform") ? Math.sqrt(3) : 2 / CUT_DEVIATION);
    // Five standard errors of the mean, and of the deviation.
    assertEquals(0, mean, 5 * expected / Math.sqrt(drawn.length), "mean");
    assertEquals(expected, deviation, 5 * expected / Math.sqrt(2.0 * drawn.length), "deviation");
    assertEquals(limit, largest, 0.01 * limit, "limit");
    assertEquals(golden.get("deviation").asDouble(), deviation, 0.02 * expected, "Keras");
    assertEquals(golden.get("largest").asDouble(), largest, 0.01 * limit, "Keras");
  }
}
