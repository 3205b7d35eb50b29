package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.IdxFiles.counting;
import static dev.tapedeck.datasets.IdxFiles.gzip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MnistTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, 6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte, a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte, 2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte, 27ae3e4e09519cfbb04c329615203637",
  })
  void resourcesAreTheOriginals(String name, String md5) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("MD5");
    try (InputStream in =
        new GZIPInputStream(Mnist.class.getResourceAsStream("mnist/" + name + ".gz"))) {
      digest.update(in.readAllBytes());
    }
    assertEquals(md5, HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void comesWithTheTrainingSet() {
    LabelledImages train = Mnist.train();
    assertEquals("mnist/train: 60000 images of 28 x 28", train.toString());
    assertArrayEquals(new byte[] {5, 0, 4, 1, 9}, Arrays.copyOf(train.labels(), 5));
  }

  @Test
  void comesWithTheTestSet() {
    LabelledImages test = Mnist.test();
    assertEquals("mnist/test: 10000 images of 28 x 28", test.toString());
    assertArrayEquals(new byte[] {7, 2, 1, 0, 4}, Arrays.copyOf(test.labels(), 5));
  }

  @Test
  void readsAFolder() throws IOException {
    write("train-images-idx3-ubyte", counting(3, 4, 5));
    write("train-labels-idx1-ubyte.gz", gzip(counting(3)));
    write("t10k-images-idx3-ubyte.gz", gzip(counting(2, 4, 5)));
    write("t10k-labels-idx1-ubyte", counting(2));
    LabelledImages train = Mnist.train(folder);
    assertEquals(folder.resolve("train") + ": 3 images of 4 x 5", train.toString());
    assertEquals(59, train.pixels()[59]);
    assertArrayEquals(new byte[] {0, 1, 2}, train.labels());
    assertEquals(folder.resolve("test") + ": 2 images of 4 x 5", Mnist.test(folder).toString());
  }

  @Test
  void prefersRawFiles() throws IOException {
    write(IMAGES, counting(3, 4, 5));
    write(IMAGES + ".gz", gzip(counting(2, 4, 5)));
    write(LABELS, counting(3));
    assertEquals(3, Mnist.train(folder).count());
  }

  @Test
  void missingFolder() {
    Path missing = folder.resolve("missing");
    String expected = ": expected a folder with the MNIST files, received ";
    assertFails(Mnist::train, missing, missing + expected + "a path that does not exist");
  }

  @Test
  void fileInsteadOfFolder() throws IOException {
    Path file = write("file", new byte[1]);
    assertFails(
        Mnist::test, file, file + ": expected a folder with the MNIST files, received a file");
  }

  @Test
  void missingFiles() throws IOException {
    String expected = folder + ": expected a file %1$s or %1$s.gz in it, received %2$s";
    assertFails(Mnist::train, folder, expected.formatted(IMAGES, "an empty folder"));
    write(IMAGES, counting(3, 4, 5));
    assertFails(Mnist::train, folder, expected.formatted(LABELS, IMAGES));
    for (int i = 10; i < 21; i++) {
      write(i + ".png", new byte[0]);
    }
    write("emnist-letters-train-labels-idx1-ubyte.gz", gzip(counting(3)));
    assertFails(
        Mnist::train,
        folder,
        expected.formatted(
            LABELS,
            "emnist-letters-train-labels-idx1-ubyte.gz, "
                + IMAGES
                + ", 10.png, 11.png, 12.png, 13.png, 14.png, 15.png, 16.png, 17.png, .."));
  }

  @ParameterizedTest
  @CsvSource({
    "train-images.idx3-ubyte, train-labels.idx1-ubyte",
    "TRAIN-IMAGES-IDX3-UBYTE, Train-Labels-Idx1-Ubyte",
    "train_images_idx3_ubyte.GZ, train-labels.idx1-ubyte.gz",
  })
  void namesAsOthersWriteThem(String images, String labels) throws IOException {
    write(images, counting(3, 4, 5));
    write(labels, gzip(counting(3)));
    assertEquals(3, Mnist.train(folder).count());
    write(LABELS, counting(2)); // the exact name wins
    assertThrows(DatasetException.class, () -> Mnist.train(folder));
  }

  @Test
  void mismatchedCounts() throws IOException {
    Path images = write(IMAGES, counting(3, 4, 5));
    Path labels = write(LABELS, counting(2));
    assertFails(
        Mnist::train,
        folder,
        "%s: expected as many labels as images, received 3 images (%s) and 2 labels (%s)"
            .formatted(folder.resolve("train"), images, labels));
  }

  @Test
  void asManyClassesAsThereAre() throws IOException {
    write(IMAGES, counting(3, 4, 5));
    write(LABELS, IdxFiles.of(new byte[] {9, (byte) 200, 10}, 3));
    assertEquals(201, Mnist.train(folder).classes());
    assertEquals(10, Mnist.test().classes());
    assertEquals(0, new LabelledImages("x", 0, 4, 5, new byte[0], new byte[0]).classes());
  }

  @Test
  void recordsAreConsistent() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledImages("x", 2, 2, 2, new byte[7], new byte[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledImages("x", 2, 2, 2, new byte[8], new byte[1]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledImages("x", -1, -2, 2, new byte[4], new byte[0]));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static void assertFails(
      Function<Path, LabelledImages> read, Path folder, String message) {
    assertEquals(
        message, assertThrows(DatasetException.class, () -> read.apply(folder)).getMessage());
  }
}
