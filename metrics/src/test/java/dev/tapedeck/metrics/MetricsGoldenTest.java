package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Aggregator;
import dev.tapedeck.train.Metric;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results after each of a sequence of batches against Keras's, from {@code make_goldens.py}. */
class MetricsGoldenTest {
  static Stream<Arguments> cases() {
    return Goldens.read(MetricsGoldenTest.class, "metrics.json")
        .valueStream()
        .map(g -> Arguments.argumentSet(g.get("metric").asText() + g.get("arguments"), g));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) {
    Aggregator made =
        (Aggregator)
            FromConfig.construct(
                Mean.class, golden.get("metric").asText(), golden.get("arguments"));
    assertEquals(golden.get("name").asText(), made.name());
    for (JsonNode batch : golden.get("batches")) {
      Tensor predictions = Goldens.tensor(batch.get("predictions"));
      switch (made) {
        case Mean mean -> mean.update(predictions);
        case Sum sum -> sum.update(predictions);
        default -> ((Metric) made).update(Goldens.tensor(batch.get("labels")), predictions);
      }
      double expected = batch.get("result").asDouble();
      assertEquals(expected, made.result().item(), 1e-6 * Math.max(1, expected));
    }
    BuiltInMetric<?, ?> copy = ((BuiltInMetric<?, ?>) made).copy();
    assertEquals(((BuiltInMetric<?, ?>) made).arguments(), copy.arguments());
    assertEquals(made.name(), copy.name());
    made.reset();
    assertEquals(made.result().item(), copy.result().item());
  }
}
