package dev.tapedeck.cli;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Output of JSON that every parser accepts and every terminal displays: ASCII, and no NaN. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // independent of the terminal's encoding
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Json() {}

  /**
   * Prints a value and a line break. JSON has neither NaN nor infinities: these become null, and
   * the object that contains them gets a field {@code not_finite} with their places and values.
   */
  static void print(PrintWriter out, Object value) throws IOException {
    out.println(MAPPER.writeValueAsString(finite(value, "", new LinkedHashMap<>())));
  }

  /** Writes a value, as {@link #print} does. */
  static void write(OutputStream out, Object value) throws IOException {
    MAPPER.writeValue(out, finite(value, "", new LinkedHashMap<>()));
  }

  private static Object finite(Object value, String path, Map<String, String> lost) {
    return switch (value) {
      case Map<?, ?> object -> finite(object);
      case List<?> list -> finite(list, path, lost);
      case Object[] array -> finite(Arrays.asList(array), path, lost);
      case float[] array -> {
        List<Float> numbers = new ArrayList<>(array.length);
        for (float number : array) {
          numbers.add(number);
        }
        yield finite(numbers, path, lost);
      }
      case double[] array -> finite(Arrays.stream(array).boxed().toList(), path, lost);
      case Float number when !Float.isFinite(number) -> lost(number, path, lost);
      case Double number when !Double.isFinite(number) -> lost(number, path, lost);
      case null, default -> value;
    };
  }

  private static Map<String, Object> finite(Map<?, ?> object) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Map<String, String> lost = new LinkedHashMap<>();
    object.forEach((name, value) -> fields.put("" + name, finite(value, "" + name, lost)));
    if (!lost.isEmpty()) {
      fields.put("not_finite", lost);
    }
    return fields;
  }

  private static List<Object> finite(List<?> list, String path, Map<String, String> lost) {
    List<Object> values = new ArrayList<>(list.size());
    for (Object value : list) {
      values.add(finite(value, path + "[" + values.size() + "]", lost));
    }
    return values;
  }

  private static Object lost(Number number, String path, Map<String, String> lost) {
    lost.put(path, number.toString());
    return null;
  }
}
