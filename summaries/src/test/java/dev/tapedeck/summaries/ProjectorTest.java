package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.testing.Python;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectorTest {
  private static final float[][] POINTS = {{0, 1e-5f}, {Float.NaN, -2.5f}, {1e20f, 3}};

  @TempDir Path temp;

  @Test
  void writesWhatTensorBoardReads() throws Exception {
    Path logdir = temp.resolve("new/run");
    Projector.write(logdir, "first", new int[][] {{7, 8, 9}}, null);
    Projector.write(logdir, "layer/\"größe\" \\ *", POINTS, List.of("a", "b c", "学習"));
    Projector.write(logdir, "last", new double[][] {{1.5}}, List.of("x"));
    // In place of the one before.
    Projector.write(logdir, "first", new int[][] {{1}, {2}}, null);
    assertEquals(
        List.of(
            "'layer/\"größe\" \\\\ *' [[0.0, 9.999999747378752e-06], [nan, -2.5],"
                + " [1.0000000200408773e+20, 3.0]]",
            "['a', 'b c', '学習']",
            "'last' [[1.5]]",
            "['x']",
            "'first' [[1.0], [2.0]]"),
        Python.run(temp, ProjectorTest.class, "read_projector.py", logdir));
    try (var files = Files.list(logdir)) {
      assertEquals(6, files.count());
    }
  }

  @Test
  void refusesWhatIsNoEmbedding() {
    refuses("expected a matrix with a point in each row, received float32 (3,)", new float[3]);
    refuses("received float32 (0, 0)", new float[0][0]);
    refuses("a label for each of 3 points, received 1", POINTS, "a");
    refuses("label of point 1, received \"b\tc\"", POINTS, "a", "b\tc", "d");
    refuses("label of point 2, received \"\"", POINTS, "a", "b", "");
  }

  @Test
  void saysWhatCannotBeWritten() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    var e =
        assertThrows(UncheckedIOException.class, () -> Projector.write(file, "name", POINTS, null));
    assertTrue(e.getMessage().contains("\"name\" to " + file), e.getMessage());
  }

  private void refuses(String why, Object tensor, String... labels) {
    List<String> list = labels.length == 0 ? null : List.of(labels);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Projector.write(temp, "name", tensor, list));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
