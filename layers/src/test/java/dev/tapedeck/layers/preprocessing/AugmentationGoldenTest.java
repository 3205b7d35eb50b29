package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the layers make of images by parameters that are given, against Keras's. */
class AugmentationGoldenTest {
  @TestFactory
  Stream<DynamicTest> agreeWithKeras() {
    return Goldens.read(
            AugmentationGoldenTest.class, "/dev/tapedeck/layers/goldens/augmentation.json")
        .valueStream()
        .map(
            row ->
                dynamicTest(
                    row.get("layer").asText() + row.get("arguments"),
                    () -> {
                      if (row.has("labels")) {
                        mixes(row);
                      } else {
                        agrees(row);
                      }
                    }));
  }

  @SuppressWarnings("unchecked") // the drawn parameters are of the layer's type
  private static void agrees(JsonNode row) {
    ImageAugmentation<?, Object, ?> layer = (ImageAugmentation<?, Object, ?>) FromConfig.layer(row);
    Object drawn = drawn(layer, row);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16}) {
      Tensor output = layer.changed(Goldens.tensor(row.get("images"), dtype), drawn);
      assertEquals(dtype, output.dtype());
      if (dtype != DType.BFLOAT16) {
        assertClose(row.get("output"), output);
      }
    }
  }

  @SuppressWarnings("unchecked") // the drawn parameters are of the layer's type
  private static void mixes(JsonNode row) {
    BatchMixing<?, Object, ?> layer = (BatchMixing<?, Object, ?>) FromConfig.layer(row);
    Tensor images = Goldens.tensor(row.get("images"), DType.FLOAT32);
    Tensor labels = Goldens.tensor(row.get("labels"), DType.FLOAT32);
    Object drawn = drawn(layer, row);
    assertClose(row.get("output"), layer.mixedImages(images, drawn));
    assertClose(row.get("outputLabels"), layer.mixedLabels(labels, images, drawn));
  }

  private static void assertClose(JsonNode golden, Tensor output) {
    double[] expected = Goldens.numbers(golden.get("values"));
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertArrayEquals(expected, output.toDoubleArray(), 2e-6 * Math.max(largest, 1));
  }

  private static Object drawn(Object layer, JsonNode row) {
    Class<?> type =
        Arrays.stream(layer.getClass().getDeclaredMethods())
            .filter(one -> one.getName().equals("draw") && !one.isBridge())
            .map(Method::getReturnType)
            .findFirst()
            .orElseThrow();
    return parameter(type, row.get("drawn"));
  }

  /** Returns a tensor, or a record of parameters. */
  private static Object parameter(Class<?> type, JsonNode json) {
    if (json.has("values")) {
      return json.has("dtype") ? Goldens.tensor(json) : Goldens.tensor(json, DType.FLOAT32);
    }
    RecordComponent[] components = type.getRecordComponents();
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(
          Arrays.stream(components)
              .map(one -> parameter(one.getType(), json.get(one.getName())))
              .toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " of " + json, e);
    }
  }
}
