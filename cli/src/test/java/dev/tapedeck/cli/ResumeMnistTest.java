package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.testing.Python;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that are interrupted and go on, and what is made of their checkpoints. */
class ResumeMnistTest {
  private static final List<Object> SETTINGS =
      List.of("--limit", 4000, "--batch-size", 32, "--epochs", 3);

  @TempDir Path temp;

  static String[] train(Path folder, List<?> settings, Object... more) {
    return Stream.of(
            Stream.of("train", "mnist", "--verbose", 2, "--checkpoint-dir", folder),
            settings.stream(),
            Stream.of(more))
        .flatMap(arguments -> arguments)
        .map(Object::toString)
        .toArray(String[]::new);
  }

  /** All values of the latest checkpoint, to the last bit, but for how many there were. */
  static Map<String, String> values(Path folder) {
    Map<String, String> values = new TreeMap<>();
    try (CheckpointReader reader =
        CheckpointReader.open(Checkpoint.latestCheckpoint(folder).orElseThrow())) {
      for (String name : reader.entries().keySet()) {
        if (!name.startsWith("save_counter") && !name.startsWith("_")) {
          byte[] bytes = new byte[(int) reader.entries().get(name).bytes()];
          reader.tensor(name).toByteBuffer().get(bytes);
          values.put(name, HexFormat.of().formatHex(bytes));
        }
      }
    }
    return values;
  }

  private JsonNode results(Path json) throws Exception {
    return new ObjectMapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "KILL, 137"})
  @DisabledOnOs(OS.WINDOWS)
  void endsAsIfItHadNotBeenInterrupted(String signal, int exit) throws Exception {
    Path whole = temp.resolve("whole");
    Path wholeJson = temp.resolve("whole.json");
    Path wholeLogs = temp.resolve("whole-logs");
    Cli.Result uninterrupted =
        Cli.run(temp, train(whole, SETTINGS, "--metrics-json", wholeJson, "--logdir", wholeLogs));
    assertEquals(0, uninterrupted.exit(), uninterrupted.err());

    Path parts = temp.resolve("parts");
    Path errors = temp.resolve("stderr.txt");
    Path logs = temp.resolve("logs");
    Process process =
        Cli.start(errors, train(parts, SETTINGS, "--save-every", 7, "--logdir", logs));
    try {
      // In the middle of the second epoch of 125 steps, if it is as quick as that.
      while (Checkpoint.latestCheckpoint(parts).filter(p -> number(p) >= 20).isEmpty()) {
        assertTrue(process.isAlive(), () -> read(errors));
        Thread.sleep(5);
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "did not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(exit, process.exitValue());
    if (exit == 130) {
      assertEquals(
          "tapedeck: interrupted; the training ended early and is saved; --resume goes on with it",
          read(errors).strip());
    }

    Path json = temp.resolve("parts.json");
    Cli.Result resumed =
        Cli.run(
            temp,
            train(
                parts,
                SETTINGS,
                "--save-every",
                50,
                "--resume",
                "--metrics-json",
                json,
                "--logdir",
                logs));
    assertEquals(0, resumed.exit(), resumed.err());
    assertEquals(values(whole), values(parts));
    assertEquals(results(wholeJson).get("test"), results(json).get("test"));
    JsonNode expected = results(wholeJson).get("epochs").get(2);
    JsonNode epochs = results(json).get("epochs");
    JsonNode actual = epochs.get(epochs.size() - 1);
    for (String name : List.of("epoch", "loss", "accuracy", "val_loss", "val_accuracy")) {
      assertEquals(expected.get(name), actual.get(name), name);
    }
    assertEquals(
        lastLine(uninterrupted.out()),
        lastLine(Cli.run(temp, train(parts, SETTINGS, "--resume", "--logdir", logs)).out()));
    if (Python.isThere()) {
      assertEquals(Points.of(temp, wholeLogs), Points.of(temp, logs));
    }
  }

  private static int number(Path prefix) {
    String name = prefix.getFileName().toString();
    return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
  }

  private static String lastLine(String out) {
    return out.lines().toList().getLast();
  }

  private static String read(Path file) {
    try {
      return Cli.said(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  @Test
  void noTrainingIsOverwrittenOrGoesOnOtherwise() throws Exception {
    Path folder = temp.resolve("run");
    List<?> one = List.of("--limit", 64, "--epochs", 1);
    assertEquals(0, Cli.run(temp, train(folder, one)).exit());
    Cli.Result again = Cli.run(temp, train(folder, one));
    assertEquals(2, again.exit());
    assertEquals(
        "tapedeck train mnist: --checkpoint-dir: "
            + folder
            + " has the checkpoints of a training; go on with it by --resume, or choose another"
            + " folder; see tapedeck train mnist --help",
        again.err().strip());
    Cli.Result other = Cli.run(temp, train(folder, one, "--resume", "--learning-rate", 0.1));
    assertEquals(2, other.exit());
    assertTrue(
        other.err().contains("had --learning-rate 0.001, received 0.1; give the same"),
        other.err());
    assertEquals(2, Cli.run(temp, "train", "mnist", "--resume").exit());
    Cli.Result longer =
        Cli.run(temp, train(folder, List.of("--limit", 64), "--resume", "--epochs", 2));
    assertEquals(0, longer.exit(), longer.err());
    assertTrue(longer.out().startsWith("Epoch 2/2"), longer.out());
    Cli.Result finished = Cli.run(temp, train(folder, one, "--resume"));
    assertEquals(0, finished.exit(), finished.err());
    assertEquals(
        "The training was finished, with 2 epochs; more --epochs go on with it\n"
            + lastLine(longer.out())
            + "\n",
        finished.out());
  }

  @Test
  void evaluatesAndPredicts() throws Exception {
    for (String model : List.of("mlp", "cnn")) {
      Path folder = temp.resolve(model);
      Cli.Result trained =
          Cli.run(temp, train(folder, List.of("--limit", 1000, "--epochs", 2), "--model", model));
      assertEquals(0, trained.exit(), trained.err());
      Cli.Result evaluated =
          Cli.run(temp, "eval", "mnist", "--checkpoint", folder.toString(), "--limit", "1000");
      assertEquals(0, evaluated.exit(), evaluated.err());
      assertEquals(lastLine(trained.out()), evaluated.out().strip());

      Path image = temp.resolve("one.png");
      BufferedImage one = new BufferedImage(60, 60, BufferedImage.TYPE_BYTE_GRAY);
      for (int y = 8; y < 52; y++) {
        for (int x = 27; x < 33; x++) {
          one.setRGB(x, y, 0xffffff);
        }
      }
      ImageIO.write(one, "png", image.toFile());
      String prefix = Checkpoint.latestCheckpoint(folder).orElseThrow().toString();
      Cli.Result text = Cli.run(temp, "predict", "mnist", "--checkpoint", prefix, image.toString());
      assertEquals(0, text.exit(), text.err());
      assertTrue(text.out().strip().matches(".*one\\.png: 1 \\(0\\.\\d{4}\\)"), text.out());
      Cli.Result json =
          Cli.run(
              temp, "predict", "mnist", "--checkpoint", prefix, "--json", "" + image, "" + image);
      JsonNode predictions = new ObjectMapper().readTree(json.out());
      assertEquals(2, predictions.size());
      assertEquals(1, predictions.get(1).get("class").asInt());
      assertEquals(image.toString(), predictions.get(1).get("file").asText());
      assertEquals(10, predictions.get(1).get("probabilities").size());
    }
  }

  @Test
  void whatCannotBeUsedIsSaidInOneLine() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    for (Path checkpoint : List.of(empty, temp.resolve("missing"), temp.resolve("no/such"))) {
      Cli.Result result = Cli.run(temp, "eval", "mnist", "--checkpoint", checkpoint.toString());
      assertEquals(1, result.exit());
      assertEquals(1, result.err().lines().count(), result.err());
      assertTrue(result.err().contains(checkpoint.toString()), result.err());
    }
    assertEquals(2, Cli.run(temp, "eval").exit());
    assertEquals(2, Cli.run(temp, "predict", "mnist", "--checkpoint", "x").exit());
    assertEquals(2, Cli.run(temp, "predict", "mnist", "a.png").exit());
  }
}
