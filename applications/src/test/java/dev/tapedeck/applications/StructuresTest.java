package dev.tapedeck.applications;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Model;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Names, weights and outputs of all members, against {@code structures.json}, which {@code
 * structures.py} wrote with Keras. Those of more than {@code applications.parameters} million
 * parameters are left out.
 */
class StructuresTest {
  private static final long MOST = 1_000_000L * Integer.getInteger("applications.parameters", 22);

  @TestFactory
  Stream<DynamicTest> membersAreThoseOfKeras() throws Exception {
    JsonNode rows =
        new ObjectMapper().readTree(StructuresTest.class.getResourceAsStream("structures.json"));
    return rows.valueStream()
        .filter(row -> row.get("parameters").asLong() <= MOST)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get("application").asText() + row.get("arguments"), () -> check(row)));
  }

  private static void check(JsonNode row) throws Exception {
    Model model = Members.make(row.get("application").asText(), row.get("arguments"));
    List<String> lines =
        model.parts().entrySet().stream()
            .filter(part -> part.getValue() instanceof AbstractLayer<?, ?>)
            .map(part -> part.getKey() + " " + shapes((AbstractLayer<?, ?>) part.getValue()))
            .sorted()
            .toList();
    String text = String.join("\n", lines);
    assertAll(
        () -> assertEquals(row.get("name").asText(), model.name()),
        () -> assertEquals(sizes(row.get("output")), model.output().shape()),
        () -> assertEquals(row.get("layers").asInt(), lines.size(), text),
        () -> assertEquals(row.get("parameters").asLong(), model.countParams()),
        () -> assertEquals(row.get("hash").asText(), hash(text), text));
  }

  private static List<List<Long>> shapes(AbstractLayer<?, ?> layer) {
    return layer.variables().stream().map(Variable::shape).map(StructuresTest::sizes).toList();
  }

  private static List<Long> sizes(Shape shape) {
    return Arrays.stream(shape.toArray()).boxed().toList();
  }

  private static Shape sizes(JsonNode sizes) {
    return Shape.of(
        sizes.valueStream().mapToLong(size -> size.isNull() ? -1 : size.asLong()).toArray());
  }

  private static String hash(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
