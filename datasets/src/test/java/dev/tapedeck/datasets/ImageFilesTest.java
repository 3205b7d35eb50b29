package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.ImageFiles.ColorMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ImageFiles}, beside what is compared with Keras. */
class ImageFilesTest {
  @TempDir Path folder;

  private static Tensor bytes(long... shape) {
    return Randoms.uniform(RandomKey.of(1), DType.INT32, 0, 256, shape).cast(DType.FLOAT32);
  }

  @ParameterizedTest
  @CsvSource({"1, GRAYSCALE", "3, RGB", "4, RGBA"})
  void whatIsSavedIsLoaded(int channels, ColorMode mode) throws IOException {
    Tensor image = bytes(5, 7, channels);
    for (String name : new String[] {"a.png", "a.TIFF"}) {
      Path file = folder.resolve(name);
      ImageFiles.saveImage(file, image, false);
      Tensor loaded = ImageFiles.loadImage(file, mode);
      assertEquals(image.spec(), loaded.spec());
      assertArrayEquals(image.toFloatArray(), loaded.toFloatArray());
    }
  }

  @Test
  void savingScales() throws IOException {
    Path file = folder.resolve("a.png");
    ImageFiles.saveImage(file, new double[][][] {{{-1}, {0}, {1}, {-0.5}}});
    assertArrayEquals(
        new float[] {0, 127, 255, 63},
        ImageFiles.loadImage(file, ColorMode.GRAYSCALE).toFloatArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void jpegFilesAreNearWithoutAlpha(int channels) throws IOException {
    Path file = folder.resolve("a.jpg");
    Tensor image = Tensor.full(DType.FLOAT32, 77, 16, 8, channels);
    ImageFiles.saveImage(file, image, false);
    Tensor loaded = ImageFiles.loadImage(file);
    assertEquals(Tensor.zeros(DType.FLOAT32, 16, 8, 3).spec(), loaded.spec());
    assertTrue(loaded.sub(77).abs().max().item() <= 2);
  }

  @Test
  void sixteenBitsAreRounded() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {257 * 9 + 100, 65535});
    Path file = folder.resolve("a.png");
    assertTrue(ImageIO.write(image, "png", file.toFile()));
    assertArrayEquals(
        new float[] {9, 255}, ImageFiles.loadImage(file, ColorMode.GRAYSCALE).toFloatArray());
  }

  @Test
  void imagesOfOtherTypes() {
    BufferedImage premultiplied = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);
    premultiplied.setRGB(0, 0, new Color(255, 0, 0, 51).getRGB());
    assertArrayEquals(
        new float[] {255, 0, 0, 51}, ImageFiles.imageToArray(premultiplied).toFloatArray());
  }

  @Test
  void anImageOfItsOwnSizeIsNotResized() throws IOException {
    Path file = folder.resolve("a.png");
    Tensor image = bytes(3, 4, 3);
    ImageFiles.saveImage(file, image, false);
    Tensor loaded = ImageFiles.loadImage(file, ColorMode.RGB, 3, 4, Interpolation.LANCZOS5, true);
    assertArrayEquals(image.toFloatArray(), loaded.toFloatArray());
  }

  @Test
  void filesThatAreNoImagesAreRefused() throws IOException {
    Path missing = folder.resolve("none.png");
    unreadable(missing, "no such file");
    unreadable(folder, "it is no file");
    Path text = Files.writeString(folder.resolve("text.png"), "text");
    unreadable(text, "it is no PNG, JPEG, GIF, BMP or TIFF");
    Path whole = folder.resolve("whole.png");
    ImageFiles.saveImage(whole, bytes(50, 50, 3));
    byte[] half = java.util.Arrays.copyOf(Files.readAllBytes(whole), 400);
    unreadable(Files.write(folder.resolve("half.png"), half), "it is damaged");
  }

  private static void unreadable(Path file, String why) {
    assertEquals(
        file + ": cannot be read as an image: " + why,
        assertThrows(DatasetException.class, () -> ImageFiles.loadImage(file)).getMessage());
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void refusals() throws IOException {
    Tensor image = bytes(1, 20, 3);
    Path file = folder.resolve("a.png");
    ImageFiles.saveImage(file, image);
    refused(
        "loadImage: needs sizes of 1 or more, received 0 x 4; give the new sizes",
        () -> ImageFiles.loadImage(file, ColorMode.RGB, 0, 4, Interpolation.NEAREST, false));
    refused(
        "loadImage: needs an image of which a part has the ratio of 4 x 1, received 1 x 20; set"
            + " keepAspectRatio to false",
        () -> ImageFiles.loadImage(file, ColorMode.RGB, 4, 1, Interpolation.NEAREST, true));
    refused(
        "arrayToImage: needs pixels [height, width, channels] with 1, 3 or 4 channels, received (1,"
            + " 20, 2); take one image of a batch, and transpose channels to the end",
        () -> ImageFiles.arrayToImage(bytes(1, 20, 2)));
    refused(
        "arrayToImage: needs finite numbers, from 0 to 255 where they are not scaled, received"
            + " 256.0; scale or clip them",
        () -> ImageFiles.arrayToImage(new float[][][] {{{256}}}, false));
    refused(
        "arrayToImage: needs finite numbers, from 0 to 255 where they are not scaled, received NaN;"
            + " scale or clip them",
        () -> ImageFiles.arrayToImage(new float[][][] {{{1}, {Float.NaN}}}));
    refused(
        "saveImage: writes files that end in .png, .jpg, .gif, .bmp or .tif, received \"a.webp\";"
            + " give it such a name",
        () -> ImageFiles.saveImage(folder.resolve("a.webp"), image));
    refused(
        "saveImage: .bmp cannot hold this image, received 4 channels; save it as .png",
        () -> ImageFiles.saveImage(folder.resolve("a.bmp"), bytes(2, 2, 4)));
  }
}
