package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be recorded is refused at the call, and costs nothing else. */
class KindErrorsTest {
  private SummaryWriter writer;

  @TempDir Path temp;

  @BeforeEach
  void open() {
    writer = SummaryWriter.open(temp);
  }

  @AfterEach
  void nothingWasRecorded() throws Exception {
    writer.close();
    assertEquals(1, EventReader.events(EventReader.onlyFile(temp)).size());
  }

  @Test
  void emptyTags() {
    float[][] matrix = {{1, 2, 3}};
    refuses("the tag is empty", () -> writer.histogram("", matrix, 0));
    refuses("the tag is empty", () -> writer.text("", "text", 0));
    refuses("the tag is empty", () -> writer.prCurve("", new int[1], new float[1], 0));
    refuses("the tag is empty", () -> writer.mesh("", matrix, null, null, 0));
  }

  @Test
  void histograms() {
    refuses("expected 1 to 100000 buckets, received 0", () -> writer.histogram("x", 1, 0, 0));
    refuses("received 2147483647", () -> writer.histogram("x", 1, Integer.MAX_VALUE, 0));
    refuses(
        "SummaryWriter.histogram: StringTensor: has text, which has no numbers,",
        () -> writer.histogram("x", "values", 0));
  }

  @Test
  void images() {
    refuses("received float32 (2, 2)", () -> writer.image("x", new float[2][2], 0));
    refuses("received float32 (2, 2, 5)", () -> writer.image("x", new float[2][2][5], 0));
    refuses("received float32 (0, 0, 0)", () -> writer.image("x", new float[0][0][0], 0));
    refuses("received int32 (2, 2, 3)", () -> writer.image("x", new int[2][2][3], 0));
    refuses("at least 1, received 0", () -> writer.image("x", new float[2][2][3], 0, 0));
  }

  @Test
  void texts() {
    refuses(
        "received the row [c] where others have length 2",
        () -> writer.text("x", List.of(List.of("a", "b"), List.of("c")), 0));
    refuses("received the row a", () -> writer.text("x", List.of("a", 7), 0));
  }

  @Test
  void confusionMatrices() {
    int[][] counts = {{1, 2}, {3, 4}};
    refuses("the tag is empty", () -> writer.confusionMatrix("", counts, List.of(), 0));
    refuses(
        "SummaryWriter.confusionMatrix: needs a name for each class, or none, received 1 names for 2"
            + " classes; give names in the order of the classes",
        () -> writer.confusionMatrix("x", counts, List.of("a"), 0));
    String square =
        "SummaryWriter.confusionMatrix: needs (n, n) counts of 0 or more, n from 1 to 1000, received"
            + " ";
    String remedy = "; give Metrics.confusionMatrix(labels, predictions, n)";
    refuses(
        square + "int32 (2, 3)" + remedy,
        () -> writer.confusionMatrix("x", new int[2][3], List.of(), 0));
    refuses(
        square + "-1.0" + remedy,
        () -> writer.confusionMatrix("x", new int[][] {{-1}}, List.of(), 0));
    refuses(
        square + "NaN" + remedy,
        () -> writer.confusionMatrix("x", new double[][] {{Double.NaN}}, List.of(), 0));
  }

  @Test
  void sounds() {
    refuses("received float32 (5,)", () -> writer.audio("x", new float[5], 8_000, 0));
    refuses("received int16 (5, 1)", () -> writer.audio("x", new short[5][1], 8_000, 0));
    refuses("received float32 (5, 256)", () -> writer.audio("x", new float[5][256], 8_000, 0));
    refuses("at least 1, received 0", () -> writer.audio("x", new float[5][1], 0, 0));
  }

  @Test
  void prCurves() {
    float[] half = {0.5f, 0.5f};
    refuses(
        "labels int32 (1,) and predictions float32 (2,)",
        () -> writer.prCurve("x", new int[1], half, 0));
    refuses(
        "labels int32 (2,) and predictions int32 (2,)",
        () -> writer.prCurve("x", new int[2], new int[2], 0));
    refuses("received 2.0", () -> writer.prCurve("x", new int[] {1, 2}, half, 0));
    refuses("received 1", () -> writer.prCurve("x", new int[2], half, 1, 0));
  }

  @Test
  void meshes() {
    float[][] points = new float[4][3];
    refuses("vertices of shape (count, 3)", () -> writer.mesh("x", new int[4][3], null, null, 0));
    refuses("received float32 (4, 2)", () -> writer.mesh("x", new float[4][2], null, null, 0));
    refuses("whole-number faces", () -> writer.mesh("x", points, points, null, 0));
    refuses("whole-number colors", () -> writer.mesh("x", points, null, points, 0));
    refuses(
        "java.lang.Object",
        () -> writer.mesh("x", points, null, null, Map.of("camera", new Object()), 0));
  }

  @Test
  void layouts() {
    refuses("received [a, b]", () -> new CustomScalarsLayout().category("c").margin("m", "a", "b"));
    assertThrows(IllegalStateException.class, () -> new CustomScalarsLayout().multiline("m", "a"));
  }

  @Test
  void hparams() {
    refuses(
        "a string for \"units\", received [16]",
        () -> writer.hparams(Map.of("units", List.of(16))));
    refuses(
        "values of one kind for \"units\", received [16, many]",
        () -> new HParams().discrete("units", 16, "many"));
    refuses("received []", () -> new HParams().discrete("units"));
    refuses("received 2.0 and 1.0", () -> new HParams().interval("rate", 2, 1));
    refuses("received NaN", () -> new HParams().interval("rate", Double.NaN, 1));
  }

  private static void refuses(String why, Executable call) {
    var e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
