package dev.tapedeck.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Strict JSON, read as maps, lists, strings, booleans, longs, doubles and nulls. */
final class StrictJson {
  private static final int DEEPEST = 300;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private StrictJson() {}

  static byte[] write(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes).useDefaultPrettyPrinter()) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Boolean truth -> json.writeBoolean(truth);
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object part : list) {
          write(json, part);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName((String) entry.getKey());
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new AssertionError(value.getClass());
    }
  }

  /**
   * Reads one value.
   *
   * @throws IOException if it is malformed, too deep, or has a key twice
   */
  static Object read(byte[] bytes) throws IOException {
    // This decoder refuses malformed UTF-8.
    var text =
        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser json = FACTORY.createParser(text)) {
      Object value = read(json, json.nextToken());
      if (json.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return value;
    }
  }

  private static Object read(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonToken next; (next = json.nextToken()) != JsonToken.END_ARRAY; ) {
          list.add(read(json, next));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String key; (key = json.nextFieldName()) != null; ) {
          map.put(key, read(json, json.nextToken()));
        }
        yield map;
      }
      case null, default -> throw new IOException("it ends too early");
    };
  }

  /**
   * Returns a value as the type it must have.
   *
   * @param what name of the value, for the message
   * @throws IllegalArgumentException if it is of another type
   */
  static <T> T as(Class<T> type, Object value, String what) {
    if (!type.isInstance(value)) {
      String received =
          switch (value) {
            case null -> "nothing";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            default -> Mismatch.quoted(value.toString());
          };
      throw new IllegalArgumentException(
          what + " must be a " + type.getSimpleName() + ", is " + received);
    }
    return type.cast(value);
  }

  /** Returns the value of a key, which must exist. */
  static <T> T get(Class<T> type, Map<?, ?> map, String key) {
    return as(type, map.get(key), Mismatch.quoted(key));
  }
}
