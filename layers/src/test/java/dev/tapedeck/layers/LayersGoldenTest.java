package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import dev.tapedeck.testing.ConcreteClasses;
import dev.tapedeck.testing.LayerRow;
import dev.tapedeck.train.AbstractLayer;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every layer against Keras's, over its arguments; {@code make_goldens.py} has the rows. */
class LayersGoldenTest {
  /** Layers of records, which have tests of their own: {@code BatchMixingTest}. */
  private static final Set<String> OF_RECORDS = Set.of("MixUp", "CutMix");

  @TestFactory
  Stream<DynamicContainer> agreeWithKeras() {
    return LayerRow.FAMILIES.stream()
        .map(
            family ->
                dynamicContainer(
                    family,
                    LayerRow.of(family).map(row -> dynamicContainer(row.title(), row.tests()))));
  }

  @Test
  void everyLayerHasRows() {
    Set<String> layers = ConcreteClasses.names(AbstractLayer.class, Dense.class);
    layers.removeAll(OF_RECORDS);
    TreeSet<String> inRows = new TreeSet<>();
    LayerRow.all().forEach(row -> inRows.addAll(row.golden().findValuesAsText("layer")));
    inRows.remove(""); // an argument of that name
    assertEquals(layers, inRows);
  }
}
