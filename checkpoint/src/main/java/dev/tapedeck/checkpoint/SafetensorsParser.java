package dev.tapedeck.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tapedeck.checkpoint.SafetensorsHeader.Entry;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Parser of the header of a file of safetensors, which trusts nothing in it. */
final class SafetensorsParser {
  private static final int MAX_RANK = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // No table of names: each occurs once, and crafted ones would make it slow.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(SafetensorsHeader.MAX_BYTES)
                  .maxStringLength(SafetensorsHeader.MAX_BYTES)
                  .build())
          .build();

  private SafetensorsParser() {}

  /**
   * Parses a header.
   *
   * @param file name of the file, for messages
   * @param dataBytes number of bytes that follow the header
   * @throws CheckpointException if it is malformed, or its tensors do not fill the bytes that
   *     follow
   */
  static SafetensorsHeader parse(String file, byte[] bytes, long dataBytes) {
    if (bytes[0] != '{') {
      throw new CheckpointException(file + ": not a file of safetensors: no header");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Entry> entries = new LinkedHashMap<>();
    // This decoder refuses malformed UTF-8.
    var text =
        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
    String at = "";
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      for (String name; (name = json.nextFieldName()) != null; ) {
        at =
            name.equals(SafetensorsHeader.METADATA)
                ? ": its metadata"
                : ": tensor " + Mismatch.quoted(name);
        if (name.equals(SafetensorsHeader.METADATA)) {
          readMetadata(json, metadata);
        } else {
          entries.put(name, readEntry(json));
        }
      }
      at = "";
      if (json.nextToken() != null) {
        throw new IOException("more than one value");
      }
    } catch (IOException | IllegalArgumentException e) {
      CheckpointException damaged =
          new CheckpointException(
              file + at + ": the header cannot be read: " + Mismatch.oneLine(e.getMessage()));
      damaged.initCause(e);
      throw damaged;
    }
    return new SafetensorsHeader(inOrder(file, entries, dataBytes), metadata);
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, "texts by name", json);
    for (String key; (key = json.nextFieldName()) != null; ) {
      String value = json.nextTextValue();
      require(value != null, "a text", json);
      metadata.put(key, value);
    }
  }

  private static Entry readEntry(JsonParser json) throws IOException {
    String type = null;
    long[] shape = null;
    long[] offsets = null;
    require(json.nextToken() == JsonToken.START_OBJECT, "dtype, shape and data_offsets", json);
    for (String field; (field = json.nextFieldName()) != null; ) {
      switch (field) {
        case "dtype" -> type = json.nextTextValue();
        case "shape" -> shape = readSizes(json);
        case "data_offsets" -> offsets = readSizes(json);
        default -> {
          json.nextToken();
          json.skipChildren();
        }
      }
    }
    require(
        type != null && shape != null && offsets != null && offsets.length == 2,
        "dtype, shape and two data_offsets",
        json);
    TensorSpec spec = new TensorSpec(dtype(type), Shape.of(shape));
    if (offsets[1] - offsets[0] != spec.bytes()) {
      throw new IOException(
          "data_offsets " + Arrays.toString(offsets) + " are not " + spec.bytes() + " bytes apart");
    }
    return new Entry(spec, offsets[0]);
  }

  private static long[] readSizes(JsonParser json) throws IOException {
    long[] sizes = new long[MAX_RANK];
    int rank = 0;
    require(json.nextToken() == JsonToken.START_ARRAY, "an array", json);
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT && rank < MAX_RANK) {
      sizes[rank++] = json.getLongValue();
      require(sizes[rank - 1] >= 0, "numbers of 0 or more", json);
    }
    require(json.currentToken() == JsonToken.END_ARRAY, "at most " + MAX_RANK + " numbers", json);
    return Arrays.copyOf(sizes, rank);
  }

  private static void require(boolean fine, String expected, JsonParser json) throws IOException {
    if (!fine) {
      throw new IOException(
          "expected " + expected + " at character " + json.currentLocation().getCharOffset());
    }
  }

  /** Returns the tensors in the order of their elements, which must fill the file exactly. */
  private static Map<String, Entry> inOrder(
      String file, Map<String, Entry> entries, long dataBytes) {
    Map<String, Entry> ordered = new LinkedHashMap<>();
    long[] filled = {0};
    entries.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)))
        .forEach(
            named -> {
              Entry entry = named.getValue();
              if (entry.begin() != filled[0] || entry.spec().bytes() > dataBytes - filled[0]) {
                throw new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "%s: tensor %s: expected its %d bytes at %d of %d, received data_offsets [%d, %d]: the file is cut short or damaged",
                        file,
                        Mismatch.quoted(named.getKey()),
                        entry.spec().bytes(),
                        filled[0],
                        dataBytes,
                        entry.begin(),
                        entry.end()));
              }
              filled[0] = entry.end();
              ordered.put(named.getKey(), entry);
            });
    if (filled[0] != dataBytes) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: %d bytes of tensors are followed by %d more: the file is damaged",
              file,
              filled[0],
              dataBytes - filled[0]));
    }
    return ordered;
  }

  private static DType dtype(String code) throws IOException {
    for (DType dtype : DType.fixedSize()) {
      if (SafetensorsHeader.code(dtype).equals(code)) {
        return dtype;
      }
    }
    throw new IOException(
        "no tensor here has the type "
            + Mismatch.quoted(code)
            + "; known are "
            + DType.fixedSize().stream()
                .map(SafetensorsHeader::code)
                .collect(Collectors.joining(", ")));
  }
}
