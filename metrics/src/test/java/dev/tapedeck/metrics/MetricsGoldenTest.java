package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results after each of a sequence of batches against Keras's, from {@code make_goldens.py}. */
class MetricsGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> cases() throws IOException {
    try (InputStream in = MetricsGoldenTest.class.getResourceAsStream("metrics.json")) {
      return JSON.readTree(in)
          .valueStream()
          .map(g -> Arguments.argumentSet(g.get("metric").asText() + g.get("arguments"), g));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) {
    switch (golden.get("metric").asText()) {
      case "Mean" -> {
        Mean mean = new Mean();
        assertEquals(golden.get("name").asText(), mean.name());
        for (JsonNode batch : golden.get("batches")) {
          mean.update(tensor(batch.get("predictions")));
          assertClose(batch, mean.result());
        }
      }
      case "Sum" -> {
        Sum sum = new Sum();
        assertEquals(golden.get("name").asText(), sum.name());
        for (JsonNode batch : golden.get("batches")) {
          sum.update(tensor(batch.get("predictions")));
          assertClose(batch, sum.result());
        }
      }
      default -> {
        Metric metric = metric(golden);
        assertEquals(golden.get("name").asText(), metric.name());
        for (JsonNode batch : golden.get("batches")) {
          metric.update(tensor(batch.get("labels")), tensor(batch.get("predictions")));
          assertClose(batch, metric.result());
        }
      }
    }
  }

  private static Metric metric(JsonNode golden) {
    JsonNode threshold = golden.at("/arguments/threshold");
    return switch (golden.get("metric").asText()) {
      case "SparseCategoricalAccuracy" -> new SparseCategoricalAccuracy();
      case "CategoricalAccuracy" -> new CategoricalAccuracy();
      case "BinaryAccuracy" ->
          threshold.isMissingNode()
              ? new BinaryAccuracy()
              : new BinaryAccuracy(threshold.asDouble());
      case "MeanSquaredError" -> new MeanSquaredError();
      default -> throw new IllegalArgumentException(golden.toString());
    };
  }

  private static Tensor tensor(JsonNode array) {
    float[] values = JSON.convertValue(array.get("values"), float[].class);
    long[] shape = JSON.convertValue(array.get("shape"), long[].class);
    DType dtype = DType.valueOf(array.get("dtype").asText().toUpperCase(Locale.ROOT));
    return Casting.cast(Tensor.of(values, shape), dtype);
  }

  private static void assertClose(JsonNode batch, double result) {
    double expected = batch.get("result").asDouble();
    assertEquals(expected, result, 1e-6 * Math.max(1, expected));
  }
}
