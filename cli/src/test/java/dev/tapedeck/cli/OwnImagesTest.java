package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers of images of other sizes and classes than MNIST's. */
class OwnImagesTest {
  @TempDir Path temp;

  /** Writes images of bars, whose place is their label. */
  private Path data(String name, int train, int test, int classes) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    write(folder, "train", train, 240, classes);
    write(folder, "t10k", test, 48, classes);
    return folder;
  }

  private static void write(Path folder, String prefix, int size, int count, int classes)
      throws IOException {
    Random random = new Random(count);
    ByteBuffer images = ByteBuffer.allocate(16 + count * size * size);
    images.putInt(0x803).putInt(count).putInt(size).putInt(size);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % classes));
      for (int pixel = 0; pixel < size * size; pixel++) {
        boolean ink = pixel % size == i % classes % size;
        images.put((byte) (ink ? 200 + random.nextInt(56) : 0));
      }
    }
    Files.write(folder.resolve(prefix + "-images-idx3-ubyte"), images.array());
    Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), labels.array());
  }

  private Cli.Result run(Object... arguments) throws Exception {
    return Cli.run(temp, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }

  private void assertSays(String message, Object... arguments) throws Exception {
    Cli.Result result = run(arguments);
    assertTrue(result.exit() == 1 || result.exit() == 2, result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains(message), result.err());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void theModelKnowsWhatItWasMadeFor(String model) throws Exception {
    Path data = data("data", 16, 16, 12);
    Path run = temp.resolve("run");
    Cli.Result trained =
        run(
            "train",
            "mnist",
            "--data",
            data,
            "--model",
            model,
            "--epochs",
            2,
            "--batch-size",
            32,
            "--learning-rate",
            0.01,
            "--checkpoint-dir",
            run,
            "--logdir",
            temp.resolve("logs"));
    assertEquals(0, trained.exit(), trained.err());
    Cli.Result tested = run("eval", "mnist", "--checkpoint", run, "--data", data);
    assertEquals(0, tested.exit(), tested.err());
    assertEquals(trained.out().lines().toList().getLast(), tested.out().strip());

    Path picture = temp.resolve("bar.png");
    BufferedImage bar = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 16; y++) {
      bar.getRaster().setSample(11, y, 0, 255);
    }
    ImageIO.write(bar, "png", picture.toFile());
    Cli.Result predicted = run("predict", "mnist", "--checkpoint", run, picture);
    assertTrue(predicted.out().contains("bar.png: 11 ("), predicted.out() + predicted.err());
    ImageIO.write(
        new BufferedImage(90, 70, BufferedImage.TYPE_BYTE_GRAY) {
          {
            getRaster().setSample(40, 30, 0, 255);
          }
        },
        "png",
        picture.toFile());
    Cli.Result scaled = run("predict", "mnist", "--checkpoint", run, picture);
    assertEquals(0, scaled.exit(), scaled.err());

    assertSays(
        "--data: the model was trained on images of 16 x 16, received mnist/test: 10000 images of 28"
            + " x 28; give images of that size",
        "eval",
        "mnist",
        "--checkpoint",
        run);
    assertSays(
        "--data: the model has 12 classes, received labels up to 12 in ",
        "eval",
        "mnist",
        "--checkpoint",
        run,
        "--data",
        data("more", 16, 16, 13));
    Files.delete(run.resolve("settings.json"));
    assertSays(
        "put the settings.json of its training beside it", "eval", "mnist", "--checkpoint", run);
  }

  @Test
  void sizesAreCheckedAtTheStart() throws Exception {
    assertSays(
        "tapedeck: --data: expected training and test images of one size, received ",
        "train",
        "mnist",
        "--data",
        data("two", 16, 18, 10));
    assertSays(
        "--model cnn needs images of at least 10 x 10, received 9 x 9; use --model mlp",
        "train",
        "mnist",
        "--model",
        "cnn",
        "--data",
        data("small", 9, 9, 10));
    Cli.Result least =
        run("train", "mnist", "--model", "cnn", "--epochs", 1, "--data", data("least", 10, 10, 3));
    assertEquals(0, least.exit(), least.err());
  }

  @Test
  void anAnswerThatIsNoNumberIsAnError() throws Exception {
    Path data = data("data", 28, 28, 10);
    Path run = temp.resolve("run");
    assertEquals(
        1,
        run(
                "train",
                "mnist",
                "--data",
                data,
                "--epochs",
                1,
                "--batch-size",
                32,
                "--optimizer",
                "sgd",
                "--learning-rate",
                1e30,
                "--checkpoint-dir",
                run)
            .exit());
    Cli.Result tested = run("eval", "mnist", "--data", data, "--checkpoint", run);
    assertEquals(1, tested.exit(), tested.out());
    assertTrue(tested.err().contains("tapedeck: eval mnist: the loss is NaN: "), tested.err());
    BufferedImage dot = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    dot.getRaster().setSample(14, 14, 0, 255);
    Path picture = temp.resolve("dot.png");
    ImageIO.write(dot, "png", picture.toFile());
    assertSays(
        "dot.png: the probabilities are NaN: the weights of the checkpoint are too large",
        "predict",
        "mnist",
        "--json",
        "--checkpoint",
        run,
        picture);
  }

  @Test
  void labelsBeyond9() throws Exception {
    Path data = data("emnist", 28, 28, 62);
    Cli.Result trained =
        run(
            "train",
            "mnist",
            "--data",
            data,
            "--limit",
            10,
            "--epochs",
            1,
            "--checkpoint-dir",
            temp.resolve("run"));
    assertEquals(0, trained.exit(), trained.err());
    Cli.Result tested = run("eval", "mnist", "--data", data, "--checkpoint", temp.resolve("run"));
    assertEquals(0, tested.exit(), tested.err());
  }

  @Test
  void resumingNamesTheRightOption() throws Exception {
    Path data = data("before", 12, 12, 10);
    Path run = temp.resolve("run");
    List<Object> train =
        List.of("train", "mnist", "--epochs", 1, "--checkpoint-dir", run, "--limit", 64);
    Object[] first = Stream.concat(train.stream(), Stream.of("--data", data)).toArray();
    assertEquals(0, run(first).exit());

    Path moved = Files.move(data, temp.resolve("after"));
    Cli.Result resumed =
        run(Stream.concat(train.stream(), Stream.of("--resume", "--data", moved)).toArray());
    assertEquals(0, resumed.exit(), resumed.err());
    assertSays(
        "--resume: the training in "
            + run
            + " had the images of --data "
            + data
            + ", received"
            + " others of --data shipped; give the folder that has them now",
        Stream.concat(train.stream(), Stream.of("--resume")).toArray());
    assertSays(
        "--resume: the training in " + run + " had --limit 64, received no --limit; give the same",
        Stream.concat(train.subList(0, 6).stream(), Stream.of("--resume", "--data", moved))
            .toArray());
    assertSays(
        "had --limit 64, received --limit 65; give the same",
        Stream.concat(
                train.subList(0, 6).stream(), Stream.of("--resume", "--data", moved, "--limit", 65))
            .toArray());
  }
}
