package dev.tapedeck.cli;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Image files as rows of luminance, 0 (black) to 1 (white). */
final class GreyPixels {
  private static final long MAX_PIXELS = 100_000_000;
  private static final int MAX_SIDE = 32_767;

  /** Where a side has more pixels, only every second, third, .. row and column is decoded. */
  private static final int MAX_DECODED_SIDE = 4096;

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private GreyPixels() {}

  /**
   * Reads the first image of a file; what is transparent lies over white.
   *
   * @throws IllegalArgumentException if the file is no image that Java reads, is damaged, or is
   *     larger than 100 megapixels or 32,767 pixels a side; says which
   */
  static float[][] read(Path file) {
    try {
      return luminance(decode(file));
    } catch (IOException | RuntimeException e) { // readers throw anything where files are damaged
      throw unreadable(
          file, e.getClass() == IOException.class ? e.getMessage() : "it is damaged", e);
    } catch (OutOfMemoryError e) {
      throw unreadable(file, "it needs too much memory", e);
    }
  }

  private static IllegalArgumentException unreadable(Path file, String why, Throwable cause) {
    return new IllegalArgumentException(file + ": cannot be read as an image: " + why, cause);
  }

  private static BufferedImage decode(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(Files.exists(file) ? "it is no file" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new IOException("permission denied");
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("it is no PNG, JPEG, GIF, BMP or TIFF");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return decode(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
      throw new IOException("its size of " + width + " x " + height + " is too large");
    }
    int every = Math.ceilDiv(Math.max(width, height), MAX_DECODED_SIDE);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(every, every, 0, 0);
    return reader.read(0, param);
  }

  private static float[][] luminance(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    // Java takes grey files for linear, and would brighten them on the way to RGB.
    boolean grey =
        colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(colors instanceof IndexColorModel);
    Raster raster = image.getRaster();
    float white = grey ? (1 << colors.getComponentSize(0)) - 1 : 255_000;
    float[][] pixels = new float[image.getHeight()][image.getWidth()];
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        float value;
        float alpha = 1;
        if (grey) {
          value = raster.getSample(x, y, 0) / white;
          if (colors.hasAlpha()) {
            alpha = raster.getSample(x, y, 1) / white;
          }
        } else {
          int argb = image.getRGB(x, y);
          int red = argb >> 16 & 0xff;
          int green = argb >> 8 & 0xff;
          value = (299 * red + 587 * green + 114 * (argb & 0xff)) / white;
          alpha = (argb >>> 24) / 255f;
        }
        pixels[y][x] = alpha * value + (1 - alpha);
      }
    }
    return pixels;
  }
}
