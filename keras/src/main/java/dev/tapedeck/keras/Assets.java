package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tapedeck.config.SnakeCase;
import java.util.HashMap;
import java.util.Map;

/**
 * The vocabularies of an archive, which Keras stores as texts beside the description if a layer has
 * learnt them; here they are arguments of the layers.
 */
final class Assets {
  private static final String VOCABULARY = "vocabulary";

  private Assets() {}

  /** Puts the vocabularies of an archive into the description of its model. */
  static void complete(JsonNode model, KerasArchive archive) {
    complete(model, "assets/", archive);
  }

  private static void complete(JsonNode model, String path, KerasArchive archive) {
    Map<String, Integer> counts = new HashMap<>();
    for (JsonNode layer : model.at("/config/layers")) {
      if (ModelReader.isOp(layer)) {
        continue;
      }
      String name = Names.numbered(SnakeCase.of(ConfigReader.className(layer)), counts);
      String inner = path + "layers/" + name + "/";
      if (ModelReader.isModel(layer)) {
        complete(layer, inner, archive);
      } else if (layer.path("config") instanceof ObjectNode config
          && config.path(VOCABULARY).isNull()
          && archive.has(inner + VOCABULARY + ".txt")) {
        boolean numbers = ConfigReader.className(layer).equals("IntegerLookup");
        ArrayNode tokens = config.putArray(VOCABULARY);
        for (String token : archive.text(inner + VOCABULARY + ".txt").split("\n", -1)) {
          if (numbers) {
            tokens.add(number(token));
          } else {
            tokens.add(token);
          }
        }
      }
    }
  }

  private static long number(String token) {
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw new KerasFileException("KerasFiles: \"" + token + "\" in a vocabulary is no number", e);
    }
  }
}
