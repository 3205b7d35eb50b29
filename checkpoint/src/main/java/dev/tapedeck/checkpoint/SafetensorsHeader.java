package dev.tapedeck.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a file of safetensors: JSON, {@code {"name": {"dtype": "F32", "shape": [2, 3],
 * "data_offsets": [0, 24]}}}, and strings under {@code __metadata__}.
 *
 * @param entries tensors by name, in the order of their elements in the file, which have no gaps
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** Longest header that the Python library reads, in bytes. */
  static final int MAX_BYTES = 100_000_000;

  /** Key of the metadata. */
  static final String METADATA = "__metadata__";

  private static final int ALIGNMENT = 8;
  private static final JsonFactory JSON = new JsonFactory();

  /** A tensor; its elements start {@code begin} bytes after the header. */
  record Entry(TensorSpec spec, long begin) {
    long end() {
      return begin + spec.bytes();
    }
  }

  /** Returns a header with the widest element types first, so that all elements are aligned. */
  static SafetensorsHeader of(Map<String, EagerTensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "Safetensors.save: a tensor cannot be named " + METADATA + "; choose another name");
    }
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.<String>comparingInt(name -> -tensors.get(name).dtype().bytes())
            .thenComparing(Comparator.naturalOrder()));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (String name : names) {
      Entry entry = new Entry(tensors.get(name).spec(), begin);
      entries.put(name, entry);
      begin = Math.addExact(begin, entry.spec().bytes());
    }
    return new SafetensorsHeader(entries, metadata);
  }

  /** Returns the tensors' types and shapes, by name. */
  Map<String, TensorSpec> specs() {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    entries.forEach((name, entry) -> specs.put(name, entry.spec()));
    return specs;
  }

  /** Returns the JSON, padded with spaces. */
  byte[] toBytes() {
    StringWriter text = new StringWriter();
    ByteBuffer encoded;
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json);
      json.flush();
      encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.getBuffer()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Safetensors.save: a name or a text of the metadata is no Unicode", e);
    }
    byte[] padded = new byte[Math.ceilDiv(encoded.remaining(), ALIGNMENT) * ALIGNMENT];
    if (padded.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "Safetensors.save: names and metadata make a header of "
              + padded.length
              + " bytes, no reader takes more than "
              + MAX_BYTES);
    }
    Arrays.fill(padded, (byte) ' ');
    encoded.get(padded, 0, encoded.remaining());
    return padded;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    if (!metadata.isEmpty()) {
      json.writeObjectFieldStart(METADATA);
      for (Map.Entry<String, String> text : metadata.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
    }
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      long[] shape = entry.spec().shape().toArray();
      json.writeObjectFieldStart(named.getKey());
      json.writeStringField("dtype", code(entry.spec().dtype()));
      json.writeFieldName("shape");
      json.writeArray(shape, 0, shape.length);
      json.writeFieldName("data_offsets");
      json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** Returns the format's name of a type. */
  static String code(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case INT8 -> "I8";
      case INT16 -> "I16";
      case INT32 -> "I32";
      case INT64 -> "I64";
      case UINT8 -> "U8";
      case UINT16 -> "U16";
      case BOOL -> "BOOL";
      case STRING ->
          throw Refusal.of(
              "safetensors", "has tensors of numbers", dtype, "keep the strings in a text file");
    };
  }
}
