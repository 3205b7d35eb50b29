package dev.tapedeck.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** What Keras computes, from the files that {@code make_goldens.py} writes. */
final class Goldens {
  static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  static Stream<JsonNode> read(String file) {
    try (InputStream in = Goldens.class.getResourceAsStream(file)) {
      return JSON.readTree(in).valueStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
