package dev.tapedeck.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * Readers of golden files: JSON with what Keras or TensorFlow computes, which a script in {@code
 * src/test/python} wrote.
 */
public final class Goldens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  /** Returns the JSON of a resource. */
  public static JsonNode read(Class<?> beside, String file) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the JSON of each line of a resource. */
  public static List<JsonNode> lines(Class<?> beside, String file) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      return JSON.readerFor(JsonNode.class).<JsonNode>readValues(in).readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an element type by its name in Keras, {@code float32}. */
  public static DType dtype(String name) {
    return DType.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Returns the tensor of {@code {"dtype": .., "shape": .., "values": ..}}. */
  public static Tensor tensor(JsonNode array) {
    DType dtype = dtype(array.get("dtype").asText());
    if (dtype == DType.STRING) {
      List<String> strings = array.get("values").valueStream().map(JsonNode::asText).toList();
      return StringTensor.of(strings).withShape(shape(array));
    }
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype, shape(array)));
    int i = 0;
    for (JsonNode value : array.get("values")) {
      if (dtype.isFloating()) {
        Elements.setDouble(dtype, tensor.elements(), i++, Double.parseDouble(value.asText()));
      } else {
        Elements.setLong(dtype, tensor.elements(), i++, value.asLong());
      }
    }
    return tensor;
  }

  /** Returns the tensor of {@code {"shape": .., "values": ..}} in an element type. */
  public static Tensor tensor(JsonNode array, DType dtype) {
    Tensor values = Tensor.of(numbers(array.get("values"))).reshape(shape(array).toArray());
    return Casting.cast(values, dtype);
  }

  /** Returns numbers. */
  public static double[] numbers(JsonNode values) {
    return values.valueStream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static Shape shape(JsonNode array) {
    return Shape.of(array.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray());
  }
}
