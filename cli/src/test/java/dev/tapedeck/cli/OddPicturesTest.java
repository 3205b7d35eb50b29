package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

/** Pictures as scanners, cameras and drawing programs make them. */
class OddPicturesTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("digit.png");
  }

  /** A bar in the middle of the size of a classifier's images. */
  private static float[] bar(int size, int box, int wide) {
    float[] expected = new float[size * size];
    for (int y = (size - box) / 2; y < (size + box) / 2; y++) {
      Arrays.fill(expected, size * y + (size - wide) / 2, size * y + (size + wide) / 2, 1);
    }
    return expected;
  }

  private void assertShowsABar(float tolerance) {
    assertArrayEquals(bar(28, 20, 4), DigitImage.read(file, 28, 28).toFloatArray(), tolerance);
  }

  private static BufferedImage drawn(int type, Color paper, Color ink) {
    BufferedImage image = new BufferedImage(160, 160, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setBackground(paper);
    graphics.clearRect(0, 0, 160, 160);
    graphics.setColor(ink);
    graphics.fillRect(64, 32, 16, 80);
    graphics.dispose();
    return image;
  }

  private void save(BufferedImage image, String format) throws IOException {
    assertTrue(ImageIO.write(image, format, file.toFile()));
  }

  @ParameterizedTest
  @CsvSource({"100, 0", "140, 20", "204, 230", "230, 204", "128, 255", "20, 0", "255, 235"})
  void anyContrastWillDo(int paper, int ink) throws IOException {
    save(
        drawn(BufferedImage.TYPE_INT_RGB, new Color(paper, paper, paper), new Color(ink, ink, ink)),
        "png");
    assertShowsABar(1e-5f);
  }

  @ParameterizedTest
  @CsvSource({"0, 255, 255", "255, 255, 255", "255, 240, 240", "0, 0, 0", "255, 0, 0"})
  void inkOfAnyColourOnTransparency(int paper, int ink, int blue) throws IOException {
    save(
        drawn(
            BufferedImage.TYPE_INT_ARGB,
            new Color(paper, paper, paper, 0),
            new Color(ink, ink, blue)),
        "png");
    assertShowsABar(1e-5f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "tiff"})
  void sixteenBitsOfWhichTwelveAreUsed(String format) throws IOException {
    BufferedImage image = new BufferedImage(160, 160, BufferedImage.TYPE_USHORT_GRAY);
    for (int y = 0; y < 160; y++) {
      for (int x = 0; x < 160; x++) {
        boolean ink = x >= 64 && x < 80 && y >= 32 && y < 112;
        image.getRaster().setSample(x, y, 0, ink ? 1200 : 3400);
      }
    }
    save(image, format);
    assertShowsABar(1e-4f);
  }

  private static BufferedImage grey(int type, double paper, double ink) {
    WritableRaster raster =
        Raster.createWritableRaster(
            new PixelInterleavedSampleModel(type, 160, 160, 1, 160, new int[] {0}),
            new Point(0, 0));
    for (int y = 0; y < 160; y++) {
      for (int x = 0; x < 160; x++) {
        boolean isInk = x >= 64 && x < 80 && y >= 32 && y < 112;
        raster.setSample(x, y, 0, isInk ? ink : paper);
      }
    }
    ComponentColorModel colors =
        new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, 1, type);
    return new BufferedImage(colors, raster, false, null);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "255, 3", "-0.5, 0.5", "1e30, 0", "0.9, 0.7"})
  void tiffsOfFloats(double paper, double ink) throws IOException {
    save(grey(DataBuffer.TYPE_FLOAT, paper, ink), "tiff");
    assertShowsABar(1e-4f);
  }

  @Test
  void tiffsOf32Bits() throws IOException {
    save(grey(DataBuffer.TYPE_INT, 2_000_000_000, 7), "tiff");
    assertShowsABar(1e-4f);
    save(grey(DataBuffer.TYPE_INT, -1, 7), "tiff"); // white, as unsigned numbers go
    assertShowsABar(1e-4f);
    save(grey(DataBuffer.TYPE_INT, 65_000, 7), "tiff");
    assertShowsABar(1e-4f);
  }

  @Test
  void pixelsThatAreNoNumbers() throws IOException {
    save(grey(DataBuffer.TYPE_FLOAT, 1, Double.NaN), "tiff");
    refuses("it has pixels that are no numbers");
    save(grey(DataBuffer.TYPE_FLOAT, 1, Double.POSITIVE_INFINITY), "tiff");
    refuses("it has pixels that are no numbers");
  }

  @Test
  void greyJpegsKeepTheirLevels() throws IOException {
    BufferedImage image = new BufferedImage(160, 160, BufferedImage.TYPE_BYTE_GRAY);
    for (int level : new int[] {0, 40, 128, 255}) {
      for (int i = 0; i < 160 * 160; i++) {
        image.getRaster().setSample(i % 160, i / 160, 0, level);
      }
      save(image, "jpg");
      assertEquals(level / 255f, GreyPixels.read(file)[80][80], 1e-6f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
  void halfAFileIsDamaged(String format) throws IOException {
    BufferedImage image = new BufferedImage(400, 400, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 400 * 400; i++) {
      image.setRGB(i % 400, i / 400, 0x010101 * (i / 400 * 31 % 256 ^ i % 400 * 7 % 256));
    }
    save(image, format);
    byte[] whole = Files.readAllBytes(file);
    GreyPixels.read(file);
    for (int tenths : new int[] {3, 5, 9}) {
      Files.write(file, Arrays.copyOf(whole, whole.length * tenths / 10));
      refuses("it is damaged");
    }
  }

  @Test
  void whatCamerasLeaveInJpegsIsNoDamage() throws IOException {
    save(drawn(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLACK), "jpg");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, with(whole, whole.length, new byte[300])); // after the end
    assertShowsABar(0.1f);
    byte[] profile = marker(0xe2, "ICC_PROFILE\0\1\1 none".getBytes(StandardCharsets.US_ASCII));
    Files.write(file, with(whole, 2, profile));
    assertShowsABar(0.1f);
    Files.write(
        file, with(whole, 2, marker(0xe1, "Exif\0\0 none".getBytes(StandardCharsets.US_ASCII))));
    assertShowsABar(0.1f);
  }

  private static byte[] with(byte[] bytes, int at, byte[] more) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, 0, at);
    all.writeBytes(more);
    all.write(bytes, at, bytes.length - at);
    return all.toByteArray();
  }

  private static byte[] marker(int number, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .put((byte) 0xff)
        .put((byte) number)
        .putShort((short) (2 + content.length))
        .put(content)
        .array();
  }

  /** A TIFF without an image that has the tag of orientation. */
  private static byte[] exif(int orientation) {
    return ByteBuffer.allocate(26)
        .put("MM\0*".getBytes(StandardCharsets.US_ASCII))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 274)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(content.length)
        .put(name)
        .put(content)
        .putInt((int) checksum.getValue())
        .array();
  }

  private static final int PNG_HEADER_END = 33;
  private static final int PNG_END_LENGTH = 12;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  /** Where the corner that was above and to the left is in an image that a camera kept. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0", "2, 0, 1", "3, 1, 1", "4, 1, 0", "5, 0, 0", "6, 1, 0", "7, 1, 1", "8, 0, 1",
    "9, 0, 0", "0, 0, 0"
  })
  void photosAreTurnedAsTheCameraWasHeld(int orientation, int bottom, int right)
      throws IOException {
    boolean lies = orientation > 4 && orientation < 9;
    int width = lies ? 64 : 96;
    int height = lies ? 96 : 64;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.fillRect(right * (width - 16), bottom * (height - 16), 16, 16);
    graphics.dispose();
    byte[] asInJpeg = with(exif(orientation), 0, EXIF);
    save(image, "jpg");
    Files.write(file, with(Files.readAllBytes(file), 2, marker(0xe1, asInJpeg)));
    assertIsUpright();
    save(image, "png");
    byte[] png = Files.readAllBytes(file);
    byte[] chunk = chunk("eXIf", exif(orientation));
    Files.write(file, with(png, PNG_HEADER_END, chunk));
    assertIsUpright();
    Files.write(file, with(png, png.length - PNG_END_LENGTH, chunk));
    assertIsUpright();
    Files.write(file, with(png, PNG_HEADER_END, chunk("eXIf", asInJpeg)));
    assertIsUpright();
  }

  private void assertIsUpright() {
    float[][] upright = GreyPixels.read(file);
    assertEquals(64, upright.length);
    assertEquals(96, upright[0].length);
    assertEquals(1, upright[4][4], 0.1);
    for (int[] other : new int[][] {{4, 91}, {59, 4}, {59, 91}}) {
      assertEquals(0, upright[other[0]][other[1]], 0.1);
    }
  }

  @Test
  void exifOfPngsThatIsNoneIsNoDamage() throws IOException {
    save(drawn(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLACK), "png");
    byte[] png = Files.readAllBytes(file);
    for (byte[] content : new byte[][] {{}, {'M', 'M'}, EXIF, Arrays.copyOf(exif(6), 16)}) {
      Files.write(file, with(png, PNG_HEADER_END, chunk("eXIf", content)));
      assertShowsABar(1e-5f);
    }
    Files.write(file, with(png, png.length, chunk("eXIf", exif(6)))); // behind the end
    assertShowsABar(1e-5f);
    byte[] endless = chunk("eXIf", exif(6));
    ByteBuffer.wrap(endless).putInt(0, Integer.MAX_VALUE);
    Files.write(file, with(png, png.length - PNG_END_LENGTH, endless));
    assertShowsABar(1e-5f);
  }

  @Test
  void aGreyGroundIsNoInkAtAnySize() throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 28 * 28; i++) {
      boolean ink = i % 28 >= 12 && i % 28 < 16 && i / 28 >= 4 && i / 28 < 24;
      image.getRaster().setSample(i % 28, i / 28, 0, ink ? 230 : 70);
    }
    save(image, "png");
    assertShowsABar(1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 28, 56})
  void aClassifierOfAnotherSizeGetsIt(int size) throws IOException {
    save(drawn(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLACK), "png");
    float[] pixels = DigitImage.read(file, size, size).toFloatArray();
    assertArrayEquals(bar(size, 20 * size / 28, 4 * size / 28), pixels, 1e-5f);
  }

  private void refuses(String message) {
    String received =
        assertThrows(IllegalArgumentException.class, () -> DigitImage.read(file, 28, 28))
            .getMessage();
    assertTrue(received.startsWith(file + ": "), received);
    assertTrue(received.contains(message), received);
  }
}
