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
 * The orientation of a photo: TIFF's tag of that name, in the Exif block of a JPEG or PNG.
 *
 * @param number 1 (upright) to 8
 */
record Orientation(int number) {
  private static final Orientation UPRIGHT = new Orientation(1);

  private static final int JPEG = 0xffd8;
  private static final int APP1 = 0xffe1;

  private static final long PNG = 0x89504e470d0a1a0aL;
  private static final int PNG_EXIF = 0x65584966;
  private static final int PNG_END = 0x49454e44;
  private static final int PNG_CHECKSUM_BYTES = 4;

  /** Start of the Exif block of a JPEG; the rest is a TIFF without an image. */
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  /** Returns the orientation of a file; upright if it has none or an invalid one. */
  static Orientation of(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      if (in.readUnsignedShort() == JPEG) {
        return ofJpeg(in);
      }
      in.seek(0);
      if (in.readLong() == PNG) {
        return ofPng(in);
      }
      in.seek(0);
      return ofTiff(in);
    } catch (IOException | RuntimeException e) {
      return UPRIGHT;
    }
  }

  /**
   * Returns the orientation in the segments before the image; Java's own reader needs them in
   * order.
   */
  private static Orientation ofJpeg(ImageInputStream in) throws IOException {
    int marker = in.readUnsignedShort();
    while (marker >= 0xffc0 && marker != 0xffda) {
      byte[] segment = new byte[in.readUnsignedShort() - 2];
      in.readFully(segment);
      if (marker == APP1 && startsWithExif(segment)) {
        return ofExif(segment);
      }
      marker = in.readUnsignedShort();
    }
    return UPRIGHT;
  }

  /** Returns the orientation in the chunks; that of Exif may follow the image. */
  private static Orientation ofPng(ImageInputStream in) throws IOException {
    while (true) {
      long length = in.readUnsignedInt();
      int type = in.readInt();
      long left = in.length() - in.getStreamPosition();
      if (type == PNG_END || length > left) {
        return UPRIGHT;
      }
      if (type == PNG_EXIF) {
        byte[] chunk = new byte[Math.toIntExact(length)];
        in.readFully(chunk);
        return ofExif(chunk);
      }
      in.seek(in.getStreamPosition() + length + PNG_CHECKSUM_BYTES);
    }
  }

  private static boolean startsWithExif(byte[] block) {
    return block.length >= EXIF.length
        && Arrays.equals(block, 0, EXIF.length, EXIF, 0, EXIF.length);
  }

  /**
   * Returns the orientation in an Exif block; some programs start it in a PNG as in a JPEG, against
   * the standard.
   */
  private static Orientation ofExif(byte[] block) throws IOException {
    int start = startsWithExif(block) ? EXIF.length : 0;
    byte[] tiff = Arrays.copyOfRange(block, start, block.length);
    return ofTiff(ImageIO.createImageInputStream(new ByteArrayInputStream(tiff)));
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

  /** Returns an image turned upright. */
  float[][] upright(float[][] image) {
    if (number == 1) {
      return image;
    }
    boolean turned = number > 4; // rows and columns are exchanged
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
