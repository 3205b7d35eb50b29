package dev.tapedeck.cli;

import dev.tapedeck.datasets.ImageDecoder;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;

/** Reader of image files as rows of luminance, 0 (black) to 1 (white). */
final class GreyPixels {
  /**
   * Longest side that is decoded in full; beyond it only every second, third, .. row and column is.
   */
  private static final int MAX_DECODED_SIDE = 4096;

  static {
    System.setProperty("java.awt.headless", "true");
  }

  private GreyPixels() {}

  /**
   * Reads the first image of a file, turned upright by its Exif orientation. Transparent pixels are
   * blended with white, or with black if that shows more.
   *
   * @throws IllegalArgumentException if Java cannot read the file as an image, or it is damaged, or
   *     larger than 100 megapixels or 32,767 pixels a side; the message says which
   */
  static float[][] read(Path file) {
    try {
      return Orientation.of(file).upright(luminance(ImageDecoder.decode(file, MAX_DECODED_SIDE)));
    } catch (IOException | RuntimeException e) { // readers throw any exception on damaged files
      throw unreadable(
          file, e.getClass() == IOException.class ? e.getMessage() : "it is damaged", e);
    } catch (OutOfMemoryError e) {
      throw unreadable(file, "it needs too much memory", e);
    }
  }

  private static IllegalArgumentException unreadable(Path file, String why, Throwable cause) {
    return new IllegalArgumentException(file + ": cannot be read as an image: " + why, cause);
  }

  private static float[][] luminance(BufferedImage image) throws IOException {
    ColorModel colors = image.getColorModel();
    int space = colors.getColorSpace().getType();
    if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
      return luminance(inRgb(image));
    }
    if (colors.isAlphaPremultiplied()) {
      image.coerceData(false);
      colors = image.getColorModel();
    }
    // The raw components: Java treats grey files as linear, and would brighten them when it
    // converts to RGB, which also has only eight bits.
    Raster raster = image.getRaster();
    int parts = colors.getNumColorComponents();
    float[][] light = new float[image.getHeight()][image.getWidth()];
    float[][] alpha = colors.hasAlpha() ? new float[image.getHeight()][image.getWidth()] : null;
    Object pixel = null;
    float[] components = null;
    for (int y = 0; y < light.length; y++) {
      for (int x = 0; x < light[y].length; x++) {
        pixel = raster.getDataElements(x, y, pixel);
        components =
            colors.getComponentSize(0) == Integer.SIZE && pixel instanceof int[] numbers
                ? unsigned(numbers, components)
                : colors.getNormalizedComponents(pixel, components, 0);
        light[y][x] =
            parts == 1
                ? components[0]
                : (299 * components[0] + 587 * components[1] + 114 * components[2]) / 1000;
        if (alpha != null) {
          alpha[y][x] = components[parts];
        }
      }
    }
    spread(light, colors.getComponentSize(0));
    return alpha == null ? light : onPaper(light, alpha);
  }

  /**
   * Returns the components of a pixel of 32 bits each; Java itself would divide by {@code (1 << 32)
   * - 1}, which is 0 in ints.
   */
  private static float[] unsigned(int[] pixel, float[] components) {
    float[] parts = components == null ? new float[pixel.length] : components;
    for (int i = 0; i < pixel.length; i++) {
      parts[i] = Integer.toUnsignedLong(pixel[i]) / (float) 0xffff_ffffL;
    }
    return parts;
  }

  private static BufferedImage inRgb(BufferedImage image) {
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = rgb.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return rgb;
  }

  /**
   * Scales pixels to the range 0 to 1 if they are outside of it, as files of floats may be, or if
   * they have more than eight bits and leave the upper ones unused.
   */
  private static void spread(float[][] light, int bits) throws IOException {
    float[] range = range(light);
    if (!Float.isFinite(range[1] - range[0])) {
      throw new IOException("it has pixels that are no numbers");
    }
    float low = Math.min(range[0], 0);
    float scale = range[0] < 0 || range[1] > 1 ? 1 / (range[1] - low) : 1;
    for (int empty = bits - 8; empty > 0 && 2 * scale * (range[1] - low) <= 1; empty--) {
      scale *= 2;
    }
    if (low != 0 || scale != 1) {
      for (float[] row : light) {
        for (int x = 0; x < row.length; x++) {
          row[x] = (row[x] - low) * scale;
        }
      }
    }
  }

  private static float[][] onPaper(float[][] light, float[][] alpha) {
    float[][] onWhite = over(1, light, alpha);
    float[][] onBlack = over(0, light, alpha);
    return contrast(onBlack) > contrast(onWhite) ? onBlack : onWhite;
  }

  private static float[][] over(float paper, float[][] light, float[][] alpha) {
    float[][] pixels = new float[light.length][light[0].length];
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        pixels[y][x] = alpha[y][x] * light[y][x] + (1 - alpha[y][x]) * paper;
      }
    }
    return pixels;
  }

  private static float contrast(float[][] pixels) {
    float[] range = range(pixels);
    return range[1] - range[0];
  }

  /** Returns the least and the greatest value; NaN if a value is NaN. */
  private static float[] range(float[][] pixels) {
    float least = pixels[0][0];
    float greatest = least;
    for (float[] row : pixels) {
      for (float value : row) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    return new float[] {least, greatest};
  }
}
