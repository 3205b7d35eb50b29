package dev.tapedeck.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;

/**
 * How a camera was held: TIFF's tag of that name, which is in the Exif block of a JPEG.
 *
 * @param number 1 (upright) to 8
 */
record Orientation(int number) {
  private static final Orientation UPRIGHT = new Orientation(1);

  private static final int JPEG = 0xffd8;
  private static final int APP1 = 0xffe1;

  /** What the Exif block of a JPEG starts with; the rest is a TIFF without an image. */
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  /** Returns what a file says; upright if it does not, or not understandably. */
  static Orientation of(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      if (in.readUnsignedShort() == JPEG) {
        return ofJpeg(in);
      }
      in.seek(0);
      return ofTiff(in);
    } catch (IOException | RuntimeException e) {
      return UPRIGHT;
    }
  }

  /** Goes through the segments before the image itself. Java's own reader wants them in order. */
  private static Orientation ofJpeg(ImageInputStream in) throws IOException {
    int marker = in.readUnsignedShort();
    while (marker >= 0xffc0 && marker != 0xffda) {
      byte[] segment = new byte[in.readUnsignedShort() - 2];
      in.readFully(segment);
      if (marker == APP1 && startsWithExif(segment)) {
        byte[] tiff = Arrays.copyOfRange(segment, EXIF.length, segment.length);
        return ofTiff(ImageIO.createImageInputStream(new ByteArrayInputStream(tiff)));
      }
      marker = in.readUnsignedShort();
    }
    return UPRIGHT;
  }

  private static boolean startsWithExif(byte[] segment) {
    return segment.length >= EXIF.length
        && Arrays.equals(segment, 0, EXIF.length, EXIF, 0, EXIF.length);
  }

  private static Orientation ofTiff(ImageInputStream in) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
    try {
      reader.setInput(in, true, false);
      TIFFField field =
          TIFFDirectory.createFromMetadata(reader.getImageMetadata(0))
              .getTIFFField(BaselineTIFFTagSet.TAG_ORIENTATION);
      int number = field == null ? 1 : field.getAsInt(0);
      return number >= 1 && number <= 8 ? new Orientation(number) : UPRIGHT;
    } finally {
      reader.dispose();
    }
  }

  /** Returns an image as whoever took it saw it. */
  float[][] upright(float[][] image) {
    if (number == 1) {
      return image;
    }
    boolean turned = number > 4; // rows are columns
    boolean rightToLeft = (number - 1) % 4 == 1 || (number - 1) % 4 == 2;
    boolean bottomUp = (number - 1) % 4 >= 2;
    int height = turned ? image[0].length : image.length;
    int width = turned ? image.length : image[0].length;
    float[][] upright = new float[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = bottomUp ? height - 1 - y : y;
        int column = rightToLeft ? width - 1 - x : x;
        upright[y][x] = turned ? image[column][row] : image[row][column];
      }
    }
    return upright;
  }
}
