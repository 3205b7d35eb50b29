package dev.tapedeck.datasets;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * Image files as tensors {@code [height, width, channels]}, float32 from 0 to 255, and back: PNG,
 * JPEG, GIF, BMP and TIFF, by {@code javax.imageio}.
 */
public final class ImageFiles {
  private static final int LARGEST = 255;

  private ImageFiles() {}

  /** The channels of an image. */
  public enum ColorMode {
    /** One channel, {@code 0.299 red + 0.587 green + 0.114 blue}. */
    GRAYSCALE,
    /** Red, green and blue, whatever is transparent. */
    RGB,
    /** Red, green, blue and alpha: 0 where it is transparent, 255 where it is not. */
    RGBA
  }

  /**
   * Reads an image in colour, of its own size.
   *
   * @throws DatasetException as {@link #loadImage(Path, ColorMode)}
   */
  public static Tensor loadImage(Path path) {
    return loadImage(path, ColorMode.RGB);
  }

  /**
   * Reads the first image of a file, of its own size and as it is stored: turned as a camera was
   * held. More than 8 bits of a channel are rounded to 8.
   *
   * @throws DatasetException if Java cannot read the file as an image, or it is damaged, or larger
   *     than 100 megapixels or 32,767 pixels a side; the message says which
   */
  public static Tensor loadImage(Path path, ColorMode colorMode) {
    Objects.requireNonNull(path, "loadImage: the path is null; give that of a file");
    Objects.requireNonNull(colorMode, "loadImage: the colorMode is null; give one, as RGB");
    try {
      return colored(imageToArray(ImageDecoder.decode(path, ImageDecoder.MAX_SIDE)), colorMode);
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be read as an image: " + e.getMessage(), e);
    }
  }

  /**
   * Reads an image and resizes it, smoothly where it gets smaller; alpha as the other channels.
   *
   * @param keepAspectRatio whether only the largest part in the middle is taken that has the ratio
   *     of the new sizes, and nothing beyond it, which Keras's interpolation sees; else the image
   *     is stretched
   * @throws DatasetException as {@link #loadImage(Path, ColorMode)}
   * @throws IllegalArgumentException if a size is not 1 or more, or the image is too narrow to keep
   *     its ratio
   */
  public static Tensor loadImage(
      Path path,
      ColorMode colorMode,
      int height,
      int width,
      Interpolation interpolation,
      boolean keepAspectRatio) {
    Objects.requireNonNull(interpolation, "loadImage: the interpolation is null; give one");
    if (height < 1 || width < 1) {
      throw Refusal.of(
          "loadImage", "needs sizes of 1 or more", height + " x " + width, "give the new sizes");
    }
    Tensor image = loadImage(path, colorMode);
    int[] old = {(int) image.shape().size(0), (int) image.shape().size(1)};
    if (old[0] == height && old[1] == width) {
      return image;
    }
    Tensor part = keepAspectRatio ? middle(image, old, height, width) : image;
    Tensor batch = Shaping.expandDims(part, 0);
    int rows = (int) part.shape().size(0);
    Tensor wide = bytes(Images.resize(batch, rows, width, interpolation, true));
    return Shaping.squeeze(bytes(Images.resize(wide, height, width, interpolation, true)), 0);
  }

  /** Returns the largest part in the middle of an image whose sizes have the ratio of others. */
  private static Tensor middle(Tensor image, int[] old, int height, int width) {
    int rows = (int) Math.min(old[0], (long) old[1] * height / width);
    int columns = (int) Math.min(old[1], (long) old[0] * width / height);
    if (rows < 1 || columns < 1) {
      throw Refusal.of(
          "loadImage",
          "needs an image of which a part has the ratio of " + height + " x " + width,
          old[0] + " x " + old[1],
          "set keepAspectRatio to false");
    }
    int top = (old[0] - rows) / 2;
    int left = (old[1] - columns) / 2;
    return image.get(Index.range(top, top + rows), Index.range(left, left + columns));
  }

  /** Returns pixels as bytes hold them. */
  private static Tensor bytes(Tensor x) {
    return Maths.clip(Maths.floor(x.add(0.5)), 0, LARGEST);
  }

  private static Tensor colored(Tensor image, ColorMode mode) {
    long channels = image.shape().size(2);
    boolean grey = channels < 3;
    if (mode == ColorMode.GRAYSCALE) {
      return grey ? channel(image, 0) : luminance(image);
    }
    Tensor first = channel(image, 0);
    Tensor color =
        grey
            ? Joining.concat(2, first, first, first)
            : image.get(Index.ELLIPSIS, Index.range(0, 3));
    if (mode == ColorMode.RGB) {
      return color;
    }
    boolean opaque = channels % 2 == 1;
    return Joining.concat(
        2, color, opaque ? Creation.fullLike(first, LARGEST) : channel(image, channels - 1));
  }

  private static Tensor channel(Tensor image, long channel) {
    return image.get(Index.ELLIPSIS, Index.range(channel, channel + 1));
  }

  /** Returns the luminance, rounded; the weights are those of Pillow, in units of 2^-16. */
  private static Tensor luminance(Tensor image) {
    Tensor sum =
        channel(image, 0)
            .mul(19595)
            .add(channel(image, 1).mul(38470))
            .add(channel(image, 2).mul(7471));
    return Maths.floor(sum.div(65536).add(0.5));
  }

  /**
   * Returns the pixels of an image, float32 {@code [height, width, channels]}: 1 channel of a grey
   * image, 3 of one in colour, and one more for alpha if it has that.
   *
   * @throws IllegalArgumentException if a channel has more than 16 bits
   */
  public static Tensor imageToArray(BufferedImage image) {
    Objects.requireNonNull(image, "imageToArray: the image is null; give one");
    int space = image.getColorModel().getColorSpace().getType();
    boolean plain = space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
    return pixels(plain && !image.isAlphaPremultiplied() ? image : inRgb(image));
  }

  private static BufferedImage inRgb(BufferedImage image) {
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = rgb.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return rgb;
  }

  private static Tensor pixels(BufferedImage image) {
    // The components as they are: Java would take grey ones for linear, and brighten them.
    ColorModel colors = image.getColorModel();
    Raster raster = image.getRaster();
    int channels = colors.getNumComponents();
    if (colors.getComponentSize(0) > Short.SIZE) {
      throw Refusal.of(
          "imageToArray",
          "needs channels of 16 bits or fewer",
          colors.getComponentSize(0),
          "convert the image");
    }
    float[] values =
        new float[Math.multiplyExact(raster.getWidth() * raster.getHeight(), channels)];
    float[] components = new float[channels];
    Object pixel = null;
    for (int i = 0; i < values.length; i += channels) {
      int at = i / channels;
      pixel = raster.getDataElements(at % raster.getWidth(), at / raster.getWidth(), pixel);
      components = colors.getNormalizedComponents(pixel, components, 0);
      for (int c = 0; c < channels; c++) {
        values[i + c] = Math.round(components[c] * LARGEST);
      }
    }
    return Tensor.of(values, raster.getHeight(), raster.getWidth(), channels);
  }

  /** Returns an image of pixels that are scaled, as {@link #arrayToImage(Object, boolean)}. */
  public static BufferedImage arrayToImage(Object x) {
    return arrayToImage(x, true);
  }

  /**
   * Returns an image of pixels {@code [height, width, channels]}, of which fractions are cut off: 1
   * channel is grey, 3 are red, green and blue, 4 also alpha.
   *
   * @param scale whether {@code x} is {@code 255 * (x - min(x)) / max(x - min(x))} first, so that
   *     the smallest number is 0 and the largest 255
   * @throws IllegalArgumentException if there are other axes or channels or no pixels, or numbers
   *     are not finite or, where they are not scaled, not from 0 to 255
   */
  public static BufferedImage arrayToImage(Object x, boolean scale) {
    Tensor tensor = Operands.tensor(x).cast(DType.FLOAT32);
    Shape shape = tensor.shape();
    boolean fits = shape.rank() == 3 && shape.count() > 0 && shape.size(2) != 2;
    if (!fits || shape.size(2) > 4) {
      throw Refusal.of(
          "arrayToImage",
          "needs pixels [height, width, channels] with 1, 3 or 4 channels",
          shape,
          "take one image of a batch, and transpose channels to the end");
    }
    float[] values = tensor.toFloatArray();
    if (scale) {
      spread(values);
    }
    int type =
        switch ((int) shape.size(2)) {
          case 1 -> BufferedImage.TYPE_BYTE_GRAY;
          case 3 -> BufferedImage.TYPE_INT_RGB;
          default -> BufferedImage.TYPE_INT_ARGB;
        };
    int height = Math.toIntExact(shape.size(0));
    int width = Math.toIntExact(shape.size(1));
    BufferedImage image = new BufferedImage(width, height, type);
    image.getRaster().setPixels(0, 0, width, height, bytes(values));
    return image;
  }

  private static void spread(float... values) {
    float least = values[0];
    for (float value : values) {
      least = Math.min(least, value);
    }
    float most = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] -= least;
      most = Math.max(most, values[i]);
    }
    for (int i = 0; i < values.length && most != 0; i++) {
      values[i] = values[i] / most * LARGEST;
    }
  }

  private static int[] bytes(float... values) {
    int[] bytes = new int[values.length];
    for (int i = 0; i < bytes.length; i++) {
      if (!(values[i] >= 0 && values[i] < LARGEST + 1)) {
        throw Refusal.of(
            "arrayToImage",
            "needs finite numbers, from 0 to 255 where they are not scaled",
            values[i],
            "scale or clip them");
      }
      bytes[i] = (int) values[i];
    }
    return bytes;
  }

  /**
   * Writes an image of scaled pixels, as {@link #saveImage(Path, Object, boolean)}.
   *
   * @throws IOException if the file cannot be written
   */
  public static void saveImage(Path path, Object x) throws IOException {
    saveImage(path, x, true);
  }

  /**
   * Writes the image that {@link #arrayToImage(Object, boolean)} makes, of the kind that the name
   * ends in: {@code .png}, {@code .jpg}, {@code .gif}, {@code .bmp}, {@code .tif}. A JPEG file is
   * written without alpha.
   *
   * @throws IllegalArgumentException as {@code arrayToImage}, or if the name ends in another kind,
   *     or in one that has no alpha
   * @throws IOException if the file cannot be written
   */
  public static void saveImage(Path path, Object x, boolean scale) throws IOException {
    String name = String.valueOf(path.getFileName());
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!Arrays.asList(ImageIO.getWriterFileSuffixes()).contains(kind)) {
      throw Refusal.of(
          "saveImage",
          "writes files that end in .png, .jpg, .gif, .bmp or .tif",
          '"' + name + '"',
          "give it such a name");
    }
    BufferedImage image = arrayToImage(x, scale);
    boolean jpeg = kind.equals("jpg") || kind.equals("jpeg");
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    if (!ImageIO.write(jpeg ? opaque(image) : image, kind, encoded)) {
      throw Refusal.of(
          "saveImage",
          "." + kind + " cannot hold this image",
          image.getRaster().getNumBands() + " channels",
          "save it as .png");
    }
    // Not by a channel, which an interrupt of the thread would close.
    try (FileOutputStream out = new FileOutputStream(path.toFile())) {
      encoded.writeTo(out);
    }
  }

  private static BufferedImage opaque(BufferedImage image) {
    if (!image.getColorModel().hasAlpha()) {
      return image;
    }
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    rgb.setRGB(0, 0, width, height, image.getRGB(0, 0, width, height, null, 0, width), 0, width);
    return rgb;
  }
}
