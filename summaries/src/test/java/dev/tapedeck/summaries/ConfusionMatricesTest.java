package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.Summary;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfusionMatricesTest {
  @TempDir Path temp;

  private List<Summary.Value> recorded(Object counts, List<String> names) throws IOException {
    Path folder = temp.resolve(Integer.toString(names.size()));
    try (var writer = SummaryWriter.open(folder)) {
      writer.confusionMatrix("test", counts, names, 3);
    }
    return EventReader.events(EventReader.onlyFile(folder)).stream()
        .skip(1)
        .map(event -> event.getSummary().getValue(0))
        .toList();
  }

  private static List<String> texts(Summary.Value value) {
    return value.getTensor().getStringValList().stream().map(ByteString::toStringUtf8).toList();
  }

  private static BufferedImage picture(Summary.Value value) throws IOException {
    return ImageIO.read(value.getTensor().getStringVal(2).newInput());
  }

  /** Returns the pixels of a row that are black, as the positions within it. */
  private static List<Integer> black(BufferedImage image, int y) {
    return IntStream.range(0, image.getWidth())
        .filter(x -> (image.getRGB(x, y) & 0xffffff) == 0)
        .boxed()
        .toList();
  }

  @Test
  void isAPictureAndATable() throws IOException {
    List<Summary.Value> values = recorded(new int[][] {{3, 1}, {0, 0}}, List.of("cat", "dog"));
    assertEquals(
        List.of("test", "test/counts"), values.stream().map(Summary.Value::getTag).toList());
    assertEquals(
        List.of("label", "cat", "dog", "recall", "cat", "3", "1", "0.750", "dog", "0", "0", ""),
        texts(values.get(1)));
    BufferedImage image = picture(values.get(0));
    // Beside the cells "label" in letters twice as large, above them "predicted" and the names.
    int left = 2 * 19 + 4;
    int top = left + 10 + 4;
    assertEquals(left + 80, image.getWidth());
    assertEquals(top + 80, image.getHeight());
    assertEquals("[122, 136]", texts(values.get(0)).subList(0, 2).toString());
    int right = color(47, 143, 91, 0.12 + 0.6 * Math.sqrt(0.75));
    assertEquals(right, image.getRGB(left + 2, top + 2) & 0xffffff);
    int wrong = color(200, 60, 40, 0.12 + 0.6 * 0.5);
    assertEquals(wrong, image.getRGB(left + 42, top + 2) & 0xffffff);
    assertEquals(0xffffff, image.getRGB(left + 2, top + 42) & 0xffffff);
    assertEquals(0xffffff, image.getRGB(left + 39, top + 2) & 0xffffff); // between cells
    // The upper edges: of "c" and "t", of a 3 and of a 1.
    List<Integer> name = List.of(2, 3, 4, 5, 10, 11, 16, 17, 18, 19, 20, 21);
    List<Integer> counts = Stream.of(17, 18, 19, 20, 21, 22, 59, 60).map(x -> left + x).toList();
    assertEquals(Stream.concat(name.stream(), counts.stream()).toList(), black(image, top + 15));
    assertEquals(List.of(), black(image, top + 39));
    // The left edges of the upright "cat" and "dog".
    assertEquals(12, IntStream.range(14, top).filter(y -> isBlack(image, left + 15, y)).count());
  }

  private static boolean isBlack(BufferedImage image, int x, int y) {
    return (image.getRGB(x, y) & 0xffffff) == 0;
  }

  private static int color(int red, int green, int blue, double shade) {
    int rgb = 0;
    for (int part : new int[] {red, green, blue}) {
      rgb = (rgb << 8) | (int) Math.round(255 + (part - 255) * shade);
    }
    return rgb;
  }

  @Test
  void weightedCountsAndManyClasses() throws IOException {
    List<Summary.Value> weighted = recorded(new double[][] {{0.25, 0.5}, {0, 2}}, List.of());
    assertEquals(
        List.of("label", "0", "1", "recall", "0", "0.25", "0.5", "0.333", "1", "0", "2", "1.000"),
        texts(weighted.get(1)));
    int[][] many = new int[300][300];
    many[299][299] = 1_000_000;
    BufferedImage image = picture(recorded(many, Collections.nCopies(300, "x")).get(0));
    assertEquals(600, image.getWidth());
    assertEquals(color(47, 143, 91, 0.72), image.getRGB(599, 599) & 0xffffff);
  }

  /**
   * Names that cannot be written, numbers of all forms, and one class alone have their pictures.
   */
  @Test
  void anyNamesAndCounts() throws IOException {
    BufferedImage one = picture(recorded(new int[][] {{1}}, List.of("日本")).get(0));
    assertEquals(2 * 19 + 4 + 2 * 35, one.getWidth()); // as wide as "predicted"
    double[][] numbers = {{1.5e7 + 0.25, 2.5e-7, 1e15}, {1e300, 0.3333, 1}, {3e9, 0, 0}};
    BufferedImage wide = picture(recorded(numbers, List.of("a-Z_0.9", "", "é")).get(0));
    assertTrue(wide.getWidth() > 3 * PixelPicture.width("1000000000"), wide::toString);
  }
}
