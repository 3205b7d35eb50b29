package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Numbers, texts and booleans of descriptions. A value of another kind is refused rather than
 * converted; a list of one value stands for the value, as Keras 2 wrote the axis of a
 * BatchNormalization.
 */
final class JsonValues {
  private JsonValues() {}

  static long whole(JsonNode json) {
    JsonNode one = only(json);
    require(one.isNumber() && one.canConvertToExactIntegral(), "a whole number", json);
    require(one.canConvertToLong(), "a whole number of 64 bits", json);
    return one.asLong();
  }

  static double number(JsonNode json) {
    JsonNode one = only(json);
    require(one.isNumber(), "a number", json);
    return one.asDouble();
  }

  static boolean truth(JsonNode json) {
    JsonNode one = only(json);
    require(one.isBoolean(), "true or false", json);
    return one.asBoolean();
  }

  static String text(JsonNode json) {
    JsonNode one = only(json);
    require(one.isTextual(), "a text", json);
    return one.asText();
  }

  private static JsonNode only(JsonNode json) {
    return json.isArray() && json.size() == 1 ? json.get(0) : json;
  }

  private static void require(boolean fits, String expected, JsonNode found) {
    if (!fits) {
      throw new IllegalArgumentException(
          "an argument must be " + expected + ", the file has " + found);
    }
  }
}
