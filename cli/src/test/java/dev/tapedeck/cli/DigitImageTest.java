package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.LabelledImages;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drawn images, and what a classifier of MNIST gets to see of them. */
class DigitImageTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("digit.png");
  }

  /** A bar of 4 to 20, centred: what every drawing below has to become. */
  private static float[] bar(float ink) {
    float[] expected = new float[28 * 28];
    for (int y = 4; y < 24; y++) {
      Arrays.fill(expected, 28 * y + 12, 28 * y + 16, ink);
    }
    return expected;
  }

  private void draw(int type, Color paper, Color ink, int x, int y, int width, int height)
      throws IOException {
    BufferedImage image = new BufferedImage(400, 300, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(paper);
    graphics.fillRect(0, 0, 400, 300);
    graphics.setColor(ink);
    graphics.fillRect(x, y, width, height);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void digitsOnPaperAndOnBoardsBecomeTheSame(int type) throws IOException {
    draw(type, Color.WHITE, Color.BLACK, 250, 50, 40, 200);
    Tensor onPaper = DigitImage.read(file, 28, 28);
    assertEquals(Shape.of(1, 28, 28, 1), onPaper.shape());
    assertEquals(DType.FLOAT32, onPaper.dtype());
    assertArrayEquals(bar(1), onPaper.toFloatArray(), 1e-5f);
    draw(type, Color.BLACK, Color.WHITE, 10, 99, 40, 200);
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 1e-5f);
  }

  @Test
  void paperNeedNotBeWhiteNorInkBlack() throws IOException {
    draw(BufferedImage.TYPE_INT_RGB, new Color(230, 220, 180), Color.BLUE, 250, 50, 40, 200);
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 1e-5f);
  }

  @Test
  void whatIsTransparentIsPaper() throws IOException {
    BufferedImage image = new BufferedImage(100, 100, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.BLACK);
    graphics.fillRect(30, 20, 12, 60);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "bmp", "gif", "tiff"})
  void otherFormats(String format) throws IOException {
    draw(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLACK, 250, 50, 40, 200);
    ImageIO.write(ImageIO.read(file.toFile()), format, file.toFile());
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 0.1f);
  }

  @Test
  void largeImagesAndTinyDigits() throws IOException {
    BufferedImage image = new BufferedImage(9000, 6000, BufferedImage.TYPE_BYTE_BINARY);
    Graphics2D graphics = image.createGraphics();
    graphics.fillRect(3000, 1200, 600, 3000);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 1e-5f);

    draw(BufferedImage.TYPE_BYTE_GRAY, Color.BLACK, Color.WHITE, 7, 9, 1, 5);
    assertArrayEquals(bar(1), DigitImage.read(file, 28, 28).toFloatArray(), 1e-5f);
  }

  @Test
  void theCentreOfMassIsInTheMiddle() throws IOException {
    // An L, which has most of its mass at the left and below.
    BufferedImage image = new BufferedImage(60, 60, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.fillRect(5, 5, 4, 20);
    graphics.fillRect(9, 21, 8, 4);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
    float[] pixels = DigitImage.read(file, 28, 28).toFloatArray();
    double mass = 0;
    double down = 0;
    double across = 0;
    for (int i = 0; i < pixels.length; i++) {
      mass += pixels[i];
      int row = i / 28;
      int column = i % 28;
      down += (row + 0.5) * pixels[i];
      across += (column + 0.5) * pixels[i];
    }
    assertEquals(4 * 20 + 8 * 4, mass, 1e-3);
    assertEquals(14.5, down / mass, 0.5);
    assertEquals(14.5, across / mass, 0.5);
  }

  @Test
  void imagesOfMnistsSizeStayAsTheyAre() throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    float[] expected = new float[28 * 28];
    for (int i = 29; i < 256 + 29; i++) {
      int y = i / 28;
      int x = i % 28;
      image.getRaster().setSample(x, y, 0, i - 29);
      expected[i] = (i - 29) / 255f;
    }
    ImageIO.write(image, "png", file.toFile());
    assertArrayEquals(expected, DigitImage.read(file, 28, 28).toFloatArray());
  }

  @Test
  void mnistsDigitsAreRecoveredFromLargerOnes() throws IOException {
    LabelledImages digits = Mnist.test();
    for (int digit = 0; digit < 20; digit++) {
      BufferedImage image = new BufferedImage(500, 400, BufferedImage.TYPE_BYTE_GRAY);
      float[] expected = new float[28 * 28];
      for (int i = 0; i < expected.length; i++) {
        int value = digits.pixels()[digit * 28 * 28 + i] & 0xff;
        expected[i] = value / 255f;
        for (int p = 0; p < 100; p++) {
          image
              .getRaster()
              .setSample(i % 28 * 10 + 150 + p % 10, i / 28 * 10 + 7 + p / 10, 0, value);
        }
      }
      ImageIO.write(image, "png", file.toFile());
      float[] pixels = DigitImage.read(file, 28, 28).toFloatArray();
      double difference = 0;
      for (int i = 0; i < expected.length; i++) {
        difference += Math.abs(pixels[i] - expected[i]) / expected.length;
      }
      assertTrue(difference < 0.05, "digit " + digit + ": " + difference);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 20000, its size of 20000 x 20000 is too large",
    "100000, 1, its size of 100000 x 1 is too large",
    "2147483647, 2147483647, its size of 2147483647 x 2147483647 is too large",
    "28, 28, it is damaged",
  })
  void sizesAreCheckedBeforeTheyAreBelieved(int width, int height, String message)
      throws IOException {
    byte[] header =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 0, 0, 0, 0})
            .array();
    CRC32 crc = new CRC32();
    crc.update(header);
    Files.write(
        file,
        ByteBuffer.allocate(33)
            .putLong(0x89504e470d0a1a0aL)
            .putInt(13)
            .put(header)
            .putInt((int) crc.getValue())
            .array());
    refuses(message);
  }

  @Test
  void whatIsNoImageIsNamed() throws IOException {
    refuses("no such file");
    Files.createFile(file);
    refuses("it is no PNG, JPEG, GIF, BMP or TIFF");
    Files.writeString(file, "a text");
    refuses("it is no PNG, JPEG, GIF, BMP or TIFF");
    draw(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLACK, 250, 50, 40, 200);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    refuses("it is damaged");
    Files.delete(file);
    Files.createDirectory(file);
    refuses("it is no file");
  }

  @Test
  void anEmptyPageIsRefused() throws IOException {
    draw(BufferedImage.TYPE_INT_RGB, Color.LIGHT_GRAY, Color.LIGHT_GRAY, 0, 0, 1, 1);
    refuses("shows no digit");
  }

  private void refuses(String message) {
    String received =
        assertThrows(IllegalArgumentException.class, () -> DigitImage.read(file, 28, 28))
            .getMessage();
    assertTrue(received.startsWith(file + ": "), received);
    assertTrue(received.contains(message), received);
  }
}
