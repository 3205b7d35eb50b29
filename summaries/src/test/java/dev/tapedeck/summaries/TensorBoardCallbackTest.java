package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tapedeck.summaries.Toy.Classifier;
import dev.tapedeck.summaries.proto.Event;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TensorBoardCallbackTest {
  @TempDir Path temp;

  /** Trains for three epochs of four steps. */
  private static void fit(Model model, TensorBoard board) {
    model.fit(
        Toy.repeat(Toy.images(), 4),
        FitOptions.epochs(3)
            .validation(Toy.repeat(Toy.images(), 1))
            .verbosity(Verbosity.SILENT)
            .callback(board));
  }

  private Map<String, List<Event>> events(String run) throws IOException {
    Map<String, List<Event>> byTag = new TreeMap<>();
    for (Path file : EventReader.files(temp.resolve(run))) {
      for (Event event : EventReader.events(file)) {
        if (event.hasSummary()) {
          String tag = event.getSummary().getValue(0).getTag();
          byTag.computeIfAbsent(tag, t -> new ArrayList<>()).add(event);
        }
      }
    }
    return byTag;
  }

  /** Returns lines such as {@code epoch_loss [0, 1, 2]}. */
  private List<String> steps(String run) throws IOException {
    return events(run).entrySet().stream()
        .map(tag -> tag.getKey() + " " + tag.getValue().stream().map(Event::getStep).toList())
        .toList();
  }

  private TensorProto latest(String tag) throws IOException {
    return events("train").get(tag).getLast().getSummary().getValue(0).getTensor();
  }

  @Test
  void recordsEpochsAndTheGraphByItself() throws IOException {
    fit(Toy.compiled(new Classifier()), new TensorBoard(temp));
    assertEquals(
        List.of("epoch_learning_rate [0, 1, 2]", "epoch_loss [0, 1, 2]", "keras [0]"),
        steps("train"));
    assertEquals(
        List.of("epoch_loss [0, 1, 2]", "evaluation_loss_vs_iterations [4, 8, 12]"),
        steps("validation"));
  }

  @Test
  void recordsWhatElseIsAskedFor() throws IOException {
    TensorBoard board =
        new TensorBoard(temp)
            .batchScalarsEvery(5)
            .histogramsEvery(2)
            .graph(false)
            .stepsPerSecond()
            .samples(Toy.repeat(Toy.images(), 1));
    fit(Toy.compiled(new Classifier()), board);
    assertEquals(
        List.of(
            "batch_examples_per_second [5, 10]",
            "batch_loss [5, 10]",
            "batch_steps_per_second [5, 10]",
            "epoch_examples_per_second [0, 1, 2]",
            "epoch_learning_rate [0, 1, 2]",
            "epoch_loss [0, 1, 2]",
            "epoch_steps_per_second [0, 1, 2]",
            "logits/kernel/histogram [0, 2]",
            "samples/images [0, 1, 2]",
            "samples/predictions [0, 1, 2]"),
        steps("train"));
    assertEquals(
        3 * latest("epoch_steps_per_second").getFloatVal(0),
        latest("epoch_examples_per_second").getFloatVal(0),
        1);
  }

  @Test
  void recordsNormsOfGradients() throws IOException {
    Classifier model = Toy.compiled(new Classifier());
    fit(model, new TensorBoard(temp).graph(false).gradientNormsEvery(4));
    assertTrue(
        steps("train").contains("gradients/logits/kernel [4, 8, 12]"), steps("train")::toString);
    assertTrue(latest("gradients/logits/kernel").getFloatVal(0) > 0);
    assertEquals(Map.of(), model.gradientNorms(), "they are off again");
  }

  @Test
  void aRunThatNoFolderCanBeIsRefused() {
    try (TensorBoard board = new TensorBoard(temp)) {
      assertEquals(
          "TensorBoard.run: expected the name of a folder, received \"a??\": Nul character not"
              + " allowed",
          assertThrows(IllegalArgumentException.class, () -> board.run("a\u001b\0")).getMessage());
    }
  }

  @Test
  void countsStepsOnWhereTheModelIsTrainedFurther() throws IOException {
    Classifier model = Toy.compiled(new Classifier());
    TensorBoard board = new TensorBoard(temp).batchScalarsEvery(4);
    fit(model, board);
    fit(model, board);
    List<Long> steps =
        events("train").get("batch_loss").stream().map(Event::getStep).sorted().toList();
    assertEquals(List.of(4L, 8L, 12L, 16L, 20L, 24L), steps);
  }

  @Test
  void tellsRightPredictionsFromWrongOnes() throws IOException {
    Classifier model = Toy.compiled(new Classifier());
    Example images = Toy.images();
    // The third label is one that the model is taught to be wrong.
    Example samples =
        new Example(images.x(), Tensor.of(new float[][] {{1, 0, 0}, {0, 1, 0}, {1, 0, 0}}));
    fit(model, new TensorBoard(temp).samples(samples));
    String table = latest("samples/predictions").getStringVal(0).toStringUtf8();
    List<String> lines = table.lines().toList();
    assertEquals("| sample | label | predicted | probability |", lines.getFirst());
    assertTrue(lines.get(2).matches("\\| 0 \\| 0 \\| 0 \\| 0\\.[4-9]\\d{3} \\|"), table);
    assertTrue(
        lines.get(4).matches("\\| 2 \\| 0 \\| \\*\\*2\\*\\* \\| 0\\.[4-9]\\d{3} \\|"), table);

    TensorProto pictures = latest("samples/images");
    assertEquals(5, pictures.getStringValCount());
    int[] corners = new int[3];
    for (int i = 0; i < corners.length; i++) {
      BufferedImage image = ImageIO.read(pictures.getStringVal(2 + i).newInput());
      assertEquals(4, image.getWidth());
      assertEquals(0xffffffff, image.getRGB(1 + i % 2, 1 + i / 2));
      corners[i] = image.getRGB(0, 0);
    }
    assertEquals(corners[0], corners[1]);
    assertTrue((corners[0] >> 8 & 0xff) > (corners[0] >> 16 & 0xff), "green");
    assertTrue((corners[2] >> 16 & 0xff) > (corners[2] >> 8 & 0xff), "red");
  }

  @Test
  void whatIsNoClassIsShownAsItIs() throws IOException {
    Model twice =
        new Model() {
          @Override
          protected Tensor call(Tensor x) {
            return x.mul(2f);
          }
        };
    RunWriters runs = new RunWriters(temp);
    Tensor pairs = Tensor.of(new float[][] {{1}, {2.5f}});
    new SamplePredictions(runs, new Example(pairs, null)).onEpochEnd(twice, 0, Map.of());
    runs.close();
    assertEquals(
        """
        | sample | label | predicted |
        |---|---|---|
        | 0 |  | 2.0000 |
        | 1 |  | 5.0000 |""",
        latest("samples/predictions").getStringVal(0).toStringUtf8());
    assertFalse(events("train").containsKey("samples/images"));
  }

  /** Cannot be run on zeros. */
  private static final class Picky extends Classifier {
    @Override
    protected Tensor call(Tensor images) {
      if (images.max().equal(0).toBoolean()) {
        throw new IllegalStateException("all is black");
      }
      return super.call(images);
    }
  }

  /** Returns the warnings of a training that is recorded in the folder. */
  private List<String> warnings(Model model) {
    Logger logger = (Logger) LoggerFactory.getLogger(TensorBoard.class);
    ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    warnings.start();
    logger.addAppender(warnings);
    logger.setAdditive(false);
    try {
      fit(model, new TensorBoard(temp));
    } finally {
      logger.detachAppender(warnings);
      logger.setAdditive(true);
    }
    warnings.list.removeIf(event -> event.getLevel() != Level.WARN);
    return warnings.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void warnsOfAnotherTrainingInTheFolder() {
    assertEquals(List.of(), warnings(Toy.compiled(new Toy.Classifier())));
    List<String> second = warnings(Toy.compiled(new Toy.Classifier()));
    assertEquals(1, second.size(), second::toString);
    assertTrue(second.getFirst().contains(temp + " has the logs of an earlier training"));
  }

  @Test
  void warnsOnceOfWhatItCannotRecord() throws IOException {
    List<String> warnings = warnings(Toy.compiled(new Picky()));
    assertEquals(1, warnings.size());
    String warning = warnings.getFirst();
    assertTrue(warning.startsWith("TensorBoard: ModelGraph failed"), warning);
    assertEquals(List.of("epoch_learning_rate [0, 1, 2]", "epoch_loss [0, 1, 2]"), steps("train"));
  }

  @Test
  void refusesWhatMakesNoSense() {
    try (TensorBoard board = new TensorBoard(temp)) {
      assertThrows(IllegalArgumentException.class, () -> board.batchScalarsEvery(0));
      assertThrows(IllegalArgumentException.class, () -> board.gradientNormsEvery(0));
      assertThrows(IllegalArgumentException.class, () -> board.histogramsEvery(-1));
      assertThrows(
          IllegalArgumentException.class, () -> board.samples(Toy.repeat(Toy.images(), 0)));
    }
    assertTrue(Files.isDirectory(temp.resolve("train")));
  }
}
