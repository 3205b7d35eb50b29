package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.testing.ConcreteClasses;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.LayerGolden;
import dev.tapedeck.train.AbstractLayer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every layer against Keras's, over its arguments; {@code make_goldens.py} has the rows. */
class LayersGoldenTest {
  private static final List<String> FAMILIES =
      List.of(
          "core",
          "activation",
          "convolution",
          "pooling",
          "reshaping",
          "merging",
          "normalization",
          "regularization",
          "recurrent",
          "attention",
          "images",
          "categories",
          "text",
          "sound");

  /** Layers of records, which have tests of their own: {@code BatchMixingTest}. */
  private static final Set<String> OF_RECORDS = Set.of("MixUp", "CutMix");

  private static Stream<JsonNode> rows(String family) {
    return Goldens.read(LayersGoldenTest.class, "goldens/" + family + ".json").valueStream();
  }

  @TestFactory
  Stream<DynamicContainer> agreeWithKeras() {
    return FAMILIES.stream()
        .map(
            family ->
                dynamicContainer(
                    family, rows(family).map(row -> dynamicContainer(title(row), checks(row)))));
  }

  private static Stream<DynamicTest> checks(JsonNode row) {
    if (row.has("reverse")) {
      return LayerGolden.tests(
          () -> FromConfig.layer(row),
          row,
          (layer, inputs, training) ->
              ((ReversibleEmbedding) layer).applyReverse(inputs.getFirst()));
    }
    return row.has("attention")
        ? LayerGolden.tests(
            () -> FromConfig.layer(row), row, AttentionCall.of(row.get("attention")))
        : LayerGolden.tests(() -> FromConfig.layer(row), row);
  }

  private static String title(JsonNode row) {
    return row.get("layer").asText()
        + row.get("arguments")
        + row.path("values").path("input").path("shape");
  }

  @Test
  void everyLayerHasRows() {
    Set<String> layers = ConcreteClasses.names(AbstractLayer.class, Dense.class);
    layers.removeAll(OF_RECORDS);
    TreeSet<String> inRows = new TreeSet<>();
    FAMILIES.stream()
        .flatMap(LayersGoldenTest::rows)
        .forEach(row -> inRows.addAll(row.findValuesAsText("layer")));
    inRows.remove(""); // an argument of that name
    assertEquals(layers, inRows);
  }
}
