package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.testing.Goldens;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every metric against Keras's, after each batch; {@code make_goldens.py} has the rows. */
class MetricsGoldenTest {
  private static Stream<JsonNode> rows() {
    return Goldens.read(MetricsGoldenTest.class, "metrics.json").valueStream();
  }

  @TestFactory
  Stream<DynamicContainer> agreeWithKeras() {
    return rows()
        .map(
            row ->
                dynamicContainer(
                    row.get("metric").asText() + row.get("arguments"),
                    ways(row).map(MetricsGoldenTest::checks)));
  }

  private static Stream<GoldenRow> ways(JsonNode row) {
    JsonNode first = row.get("batches").get(0);
    return first.get("results").propertyStream().map(way -> new GoldenRow(row, way.getKey()));
  }

  private static DynamicContainer checks(GoldenRow row) {
    Stream<DynamicTest> all =
        Stream.of(
            dynamicTest("state", () -> assertEquals(row.expectedState(), row.state())),
            dynamicTest("eager", () -> agrees(row, row.eager())),
            dynamicTest("traced", () -> agrees(row, row.traced())),
            dynamicTest("copied and reset", () -> assertSame(row.eager(), row.copiedAndReset())),
            dynamicTest("restored", () -> assertSame(row.eager(), row.restored())));
    List<DynamicTest> more = new ArrayList<>();
    if (row.isWeighted() && row.hasLabels()) {
      more.add(dynamicTest("masked", () -> assertSame(row.weightedByMask(), row.masked())));
    } else if (row.isOfFloats()) {
      more.add(
          dynamicTest(
              "bfloat16",
              () -> assertSame(row.rounded(DType.FLOAT32), row.rounded(DType.BFLOAT16))));
    }
    return dynamicContainer(row.way(), Stream.concat(all, more.stream()));
  }

  private static void agrees(GoldenRow row, List<double[]> results) {
    List<double[]> expected = row.expected();
    assertEquals(expected.size(), results.size());
    for (int i = 0; i < results.size(); i++) {
      for (int j = 0; j < expected.get(i).length; j++) {
        double tolerance = row.tolerance() * Math.max(1, Math.abs(expected.get(i)[j]));
        assertEquals(expected.get(i)[j], results.get(i)[j], tolerance);
      }
    }
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "batch " + i);
    }
  }

  @Test
  void everyMetricHasRows() throws IOException, URISyntaxException {
    Set<String> inRows =
        rows()
            .map(row -> row.get("metric").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(metrics(), inRows);
  }

  /** Returns the names of the metrics, found among the package's classes. */
  private static Set<String> metrics() throws IOException, URISyntaxException {
    Path folder = Path.of(Mean.class.getResource("Mean.class").toURI()).getParent();
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        Class<?> type = named(file.getFileName().toString().replace(".class", ""));
        if (BuiltInMetric.class.isAssignableFrom(type)
            && !Modifier.isAbstract(type.getModifiers())
            && type != MeanMetricWrapper.class) {
          names.add(type.getSimpleName());
        }
      }
    }
    return names;
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(Mean.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
