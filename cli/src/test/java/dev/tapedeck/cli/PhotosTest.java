package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.LabelledImages;
import dev.tapedeck.datasets.Mnist;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photos of digits on paper: unevenly lit, noisy, a little rotated. */
class PhotosTest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int PAPER = 160;
  private static final LabelledImages DIGITS = Mnist.test();

  @TempDir Path temp;

  /** Returns one of MNIST's digits in so many times its size, in the alpha of an image. */
  private static BufferedImage ink(int index, int scale, Random random) {
    BufferedImage digit = new BufferedImage(28, 28, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 28 * 28; i++) {
      digit.setRGB(i % 28, i / 28, (DIGITS.pixels()[28 * 28 * index + i] & 0xff) << 24);
    }
    BufferedImage ink = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = ink.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.translate(WIDTH / 2 + random.nextInt(-60, 60), HEIGHT / 2 + random.nextInt(-30, 30));
    graphics.rotate(Math.toRadians(random.nextDouble(-7, 7)));
    graphics.scale(scale, scale);
    graphics.drawImage(digit, -14, -14, null);
    graphics.dispose();
    return ink;
  }

  /**
   * Writes a photo.
   *
   * @param shade the difference of luminance between opposite corners
   * @param noise the standard deviation of the noise
   */
  private Path photo(BufferedImage ink, int inkLevel, double shade, double noise, Random random)
      throws IOException {
    BufferedImage photo = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double paper = PAPER + shade * ((double) (x + y) / (WIDTH + HEIGHT) - 0.5);
        double alpha = (ink.getRGB(x, y) >>> 24) / 255.0;
        double light = paper + alpha * (inkLevel - paper) + noise * random.nextGaussian();
        photo.setRGB(x, y, 0x010101 * (int) Math.clamp(light, 0, 255));
      }
    }
    Path file = temp.resolve("photo-" + random.nextInt(Integer.MAX_VALUE) + ".jpg");
    ImageIO.write(photo, "jpg", file.toFile());
    return file;
  }

  @Test
  void arePredictedAsTheDigitsAre() throws Exception {
    Path run = temp.resolve("run");
    Cli.Result trained =
        Cli.run(temp, "train", "mnist", "--epochs", "2", "--checkpoint-dir", run.toString());
    assertEquals(0, trained.exit(), trained.err());
    Random random = new Random(7);
    List<String> predict = new ArrayList<>(List.of("predict", "mnist", "--checkpoint", "" + run));
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      int index = random.nextInt(DIGITS.count());
      labels.add((int) DIGITS.labels()[index]);
      int level = i % 4 == 0 ? 250 : 50; // chalk
      int scale = i % 2 == 0 ? 6 : 12;
      double noise = i % 3 == 0 ? 0 : 7;
      double shade = i % 3 == 1 ? 0 : 60;
      predict.add(photo(ink(index, scale, random), level, shade, noise, random).toString());
    }
    Cli.Result predicted = Cli.run(temp, predict.toArray(String[]::new));
    List<String> lines = predicted.out().lines().toList();
    assertEquals(labels.size(), lines.size(), predicted.err());
    int right = 0;
    for (int i = 0; i < labels.size(); i++) {
      right += lines.get(i).contains(".jpg: " + labels.get(i) + " (") ? 1 : 0;
    }
    assertTrue(right >= 45, right + " of 48:\n" + predicted.out());
  }

  @Test
  void aModelThatIsNotSureSaysSo() throws Exception {
    String run = temp.resolve("run").toString();
    Cli.Result trained =
        Cli.run(
            temp,
            "train",
            "mnist",
            "--limit",
            "8",
            "--epochs",
            "1",
            "--learning-rate",
            "1e-9",
            "--checkpoint-dir",
            run);
    assertEquals(0, trained.exit(), trained.err());
    Random random = new Random(7);
    String file = photo(ink(0, 12, random), 50, 0, 0, random).toString();
    Cli.Result predicted = Cli.run(temp, "predict", "mnist", "--checkpoint", run, file);
    assertEquals(
        "tapedeck: not sure: no class has a probability of 0.5 or more in "
            + file
            + "; a picture of the digit alone may help",
        predicted.err().strip());
    assertEquals(0, predicted.exit());
    assertTrue(predicted.out().startsWith(file + ": "), predicted.out());
  }

  @Test
  void anEmptyPageIsRefused() throws IOException {
    Random random = new Random(7);
    BufferedImage nothing = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
    Path file = photo(nothing, 0, 60, 7, random);
    String message =
        assertThrows(IllegalArgumentException.class, () -> DigitImage.read(file, 28, 28))
            .getMessage();
    assertTrue(message.contains("shows no digit"), message);
  }
}
