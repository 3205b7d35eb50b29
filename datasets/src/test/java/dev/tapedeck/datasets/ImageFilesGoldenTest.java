package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.datasets.ImageFiles.ColorMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images read and made against Keras's, from {@code make_goldens.py}. */
class ImageFilesGoldenTest {
  private static final Map<String, Interpolation> INTERPOLATIONS =
      Map.of(
          "nearest", Interpolation.NEAREST,
          "bilinear", Interpolation.BILINEAR,
          "bicubic", Interpolation.BICUBIC,
          "lanczos", Interpolation.LANCZOS3);

  static Stream<JsonNode> loaded() {
    return Goldens.read(ImageFilesGoldenTest.class, "loaded_images.json").valueStream();
  }

  static Stream<JsonNode> made() {
    return Goldens.read(ImageFilesGoldenTest.class, "made_images.json").valueStream();
  }

  @ParameterizedTest
  @MethodSource("loaded")
  void filesAreReadAsByKeras(JsonNode golden, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("picture"); // its bytes tell what it is
    Files.write(file, Base64.getDecoder().decode(golden.get("file").asText()));
    JsonNode arguments = golden.get("arguments");
    ColorMode mode =
        ColorMode.valueOf(arguments.path("color_mode").asText("rgb").toUpperCase(Locale.ROOT));
    JsonNode size = arguments.get("target_size");
    if (size == null) {
      assertPixels(golden, ImageFiles.loadImage(file, mode), 0);
      return;
    }
    Interpolation interpolation = INTERPOLATIONS.get(arguments.get("interpolation").asText());
    Tensor image =
        ImageFiles.loadImage(
            file,
            mode,
            size.get(0).asInt(),
            size.get(1).asInt(),
            interpolation,
            arguments.path("keep_aspect_ratio").asBoolean());
    // Which way halves are rounded depends on the last bits of weights.
    assertPixels(golden, image, interpolation == Interpolation.NEAREST ? 0 : 1);
  }

  private static void assertPixels(JsonNode golden, Tensor image, double tolerance) {
    Tensor expected = Goldens.tensor(golden.get("pixels"));
    assertEquals(expected.spec(), image.spec());
    assertArrayEquals(expected.toDoubleArray(), image.toDoubleArray(), tolerance);
  }

  @ParameterizedTest
  @MethodSource("made")
  void imagesAreMadeAsByKeras(JsonNode golden) {
    Tensor x = Goldens.tensor(golden.get("x"));
    Tensor image =
        ImageFiles.imageToArray(ImageFiles.arrayToImage(x, golden.get("scale").asBoolean()));
    assertPixels(golden, image, 0);
    assertEquals(DType.FLOAT32, image.dtype());
  }
}
