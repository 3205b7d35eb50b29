package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The layers that there are, against {@code docs/layers.md} and the names of Keras's. */
class LayersPageTest {
  private static final Pattern FIRST_COLUMN = Pattern.compile("(?m)^\\|([^|]*)\\|");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  /** What Keras has besides layers to choose from, and layers of other programs. */
  private static final Set<String> ABSENT =
      Set.of(
          "FlaxLayer",
          "InputLayer",
          "JaxLayer",
          "Layer",
          "MaxNumBoundingBoxes",
          "Pipeline",
          "TFSMLayer",
          "TorchModuleWrapper",
          "Wrapper");

  private static Set<String> layers() throws IOException {
    return BuiltInLayersTest.layers().stream()
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePageHasARowForEachLayer() throws IOException {
    String page = Files.readString(Path.of("../docs/layers.md"));
    List<String> rows =
        groups(FIRST_COLUMN, page).flatMap(cell -> groups(CODE, cell)).sorted().toList();
    assertEquals(List.copyOf(layers()), rows);
  }

  private static Stream<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1));
  }

  @Test
  void eachLayerOfKerasIsThereByOneName() throws IOException {
    Set<String> ours = layers();
    for (JsonNode names : Goldens.read(LayersPageTest.class, "names.json")) {
      List<String> all = names.valueStream().map(JsonNode::asText).toList();
      long found = all.stream().filter(ours::remove).count();
      boolean absent = all.stream().anyMatch(ABSENT::contains);
      assertEquals(absent ? 0 : 1, found, () -> "of " + all);
    }
    assertEquals(Set.of(), ours, "not of Keras");
  }
}
