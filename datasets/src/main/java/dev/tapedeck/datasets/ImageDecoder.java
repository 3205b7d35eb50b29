package dev.tapedeck.datasets;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decoder of image files.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class ImageDecoder {
  /** The most pixels along a side. */
  public static final int MAX_SIDE = 32_767;

  private static final long MAX_PIXELS = 100_000_000;

  private ImageDecoder() {}

  /**
   * Decodes the first image of a file.
   *
   * @param side the most pixels along a side that are wanted: of a larger image only every second,
   *     third, .. row and column is decoded
   * @throws IOException if Java cannot read the file as an image, or it is damaged, or larger than
   *     100 megapixels or 32,767 pixels a side; the message says which
   */
  public static BufferedImage decode(Path file, int side) throws IOException {
    try {
      return read(file, side);
    } catch (IOException | RuntimeException e) { // readers throw any exception on damaged files
      throw e.getClass() == IOException.class
          ? (IOException) e
          : new IOException("it is damaged", e);
    }
  }

  private static BufferedImage read(Path file, int side) throws IOException {
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
        return read(reader, side);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage read(ImageReader reader, int side) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
      throw new IOException("its size of " + width + " x " + height + " is too large");
    }
    int every = Math.ceilDiv(Math.max(width, height), side);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(every, every, 0, 0);
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image = reader.read(0, param);
    for (String warning : warnings) {
      if (isOfMissingPixels(warning)) {
        throw new IOException("it is damaged: " + warning);
      }
    }
    return image;
  }

  /**
   * Returns whether a reader's warning means missing pixels; others are about profiles or stray
   * bytes, which also occur in intact images.
   */
  private static boolean isOfMissingPixels(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return (text.contains("premature")
            || text.contains("truncated")
            || text.contains("corrupt")
            || text.contains("end of file"))
        && !text.contains("extraneous");
  }
}
