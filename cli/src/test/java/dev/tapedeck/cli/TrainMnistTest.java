package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.testing.Python;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train mnist} as a process. */
class TrainMnistTest {
  @TempDir Path temp;

  private JsonNode train(String name, String... options) throws Exception {
    Path json = temp.resolve(name + ".json");
    List<String> arguments =
        Stream.concat(
                Stream.of("train", "mnist", "--metrics-json", json.toString()), Stream.of(options))
            .toList();
    Cli.Result result = Cli.run(temp, arguments.toArray(String[]::new));
    assertEquals(0, result.exit(), result.err());
    assertEquals("", result.err());
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void writesAndPrintsItsResults() throws Exception {
    Path json = temp.resolve("metrics.json");
    Cli.Result result =
        Cli.run(
            temp,
            "train",
            "mnist",
            "--limit",
            "3000",
            "--epochs",
            "2",
            "--metrics-json",
            json.toString());
    assertEquals(0, result.exit(), result.err());
    List<String> lines = result.out().lines().toList();
    assertEquals(5, lines.size(), result.out());
    assertEquals("Epoch 1/2", lines.get(0));
    assertTrue(
        lines
            .get(1)
            .matches(
                "24/24 - \\d+s \\S+/step - accuracy: 0\\.\\d{4} - loss: \\d\\.\\d{4}"
                    + " - val_accuracy: 0\\.\\d{4} - val_loss: \\d\\.\\d{4}"),
        lines.get(1));
    assertFalse(result.out().contains("\u001B") || result.out().contains("\r"), "control codes");
    JsonNode metrics = new ObjectMapper().readTree(json.toFile());
    assertEquals(2, metrics.get("epochs").size());
    JsonNode last = metrics.get("epochs").get(1);
    assertEquals(2, last.get("epoch").asInt());
    for (String name : List.of("loss", "accuracy", "val_loss", "val_accuracy", "seconds")) {
      assertTrue(last.get(name).isDouble(), name);
    }
    assertEquals(last.get("val_accuracy"), metrics.get("test").get("accuracy"));
    assertEquals(last.get("val_loss"), metrics.get("test").get("loss"));
    assertTrue(metrics.get("test").get("accuracy").asDouble() > 0.8, metrics::toString);
  }

  /** It takes half a second to load. */
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void doesWithoutNd4j(String model) throws Exception {
    ProcessBuilder builder =
        Cli.builder("train", "mnist", "--model", model, "--limit", "256", "--epochs", "1");
    builder.command().add(1, "-Xlog:class+load:file=" + temp.resolve("classes.txt"));
    Cli.Result result = Cli.run(temp, builder);
    assertEquals(0, result.exit(), result.err());
    String classes = Files.readString(temp.resolve("classes.txt"));
    assertTrue(classes.contains("dev.tapedeck.train.Model "));
    assertFalse(classes.contains("org.nd4j.linalg.factory.Nd4j "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void sameSeedSameNumbers(String model) throws Exception {
    String[] options = {"--model", model, "--limit", "640", "--epochs", "2", "--verbose", "0"};
    List<String> first = losses(train("first", options));
    List<String> second = losses(train("second", options));
    assertEquals(first, second);
    String[] other =
        Stream.concat(Stream.of(options), Stream.of("--seed", "1")).toArray(String[]::new);
    assertNotEquals(first, losses(train("third", other)));
  }

  private static List<String> losses(JsonNode metrics) {
    return Stream.of("loss", "accuracy", "val_loss", "val_accuracy")
        .flatMap(name -> metrics.findValuesAsText(name).stream())
        .toList();
  }

  @Test
  void sgdLearnsToo() throws Exception {
    JsonNode metrics =
        train("sgd", "--optimizer", "sgd", "--learning-rate", "0.1", "--limit", "3000");
    assertTrue(metrics.get("test").get("accuracy").asDouble() > 0.8, metrics::toString);
  }

  @Test
  void aScheduleEarlyStoppingAndAReport() throws Exception {
    Path report = temp.resolve("run.html");
    JsonNode metrics =
        train(
            "reported",
            "--optimizer",
            "adamw",
            "--schedule",
            "cosine",
            "--early-stopping",
            "1",
            "--learning-rate",
            "0.05", // too large: the loss soon rises
            "--epochs",
            "30",
            "--limit",
            "640",
            "--report",
            report.toString());
    List<Double> losses =
        metrics.findValuesAsText("val_loss").stream().map(Double::valueOf).toList();
    assertTrue(losses.size() < 30, losses::toString);
    assertEquals(
        Collections.min(losses), metrics.get("test").get("loss").asDouble(), 1e-5, "best weights");
    String page = Files.readString(report);
    for (String part : List.of("<svg", "Confusion matrix", "data:image/png", "cosine over 30")) {
      assertTrue(page.contains(part), part);
    }
  }

  @Test
  void tensorBoardReadsTheLogs() throws Exception {
    Python.command(); // or skip
    Path logdir = temp.resolve("runs");
    train(
        "logged",
        "--limit",
        "1920",
        "--batch-size",
        "32",
        "--epochs",
        "3",
        "--logdir",
        logdir.toString());
    List<String> tags = Python.run(temp, TrainMnistTest.class, "tags.py", logdir);
    List<String> expected = new ArrayList<>();
    for (String tag : List.of("experiment", "session_start_info", "session_end_info")) {
      expected.add(". hparams _hparams_/" + tag + " [0]");
    }
    expected.add(". text settings [0]");
    for (String variable :
        List.of("dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias")) {
      expected.add("train histograms " + variable + "/histogram [0, 1, 2]");
    }
    for (String scalar :
        List.of("accuracy", "loss", "learning_rate", "steps_per_second", "examples_per_second")) {
      expected.add("train scalars epoch_" + scalar + " [0, 1, 2]");
    }
    for (String scalar : List.of("accuracy", "loss", "steps_per_second", "examples_per_second")) {
      expected.add("train scalars batch_" + scalar + " [50, 100, 150]");
    }
    expected.add("train graph_keras_model keras [0]");
    expected.add("train images samples/images [0, 1, 2]");
    expected.add("train text samples/predictions [0, 1, 2]");
    for (String scalar : List.of("accuracy", "loss")) {
      expected.add("validation scalars epoch_" + scalar + " [0, 1, 2]");
      expected.add("validation scalars evaluation_" + scalar + "_vs_iterations [60, 120, 180]");
    }
    for (int digit = 0; digit < 10; digit++) {
      expected.add("validation pr_curves digit_" + digit + "/pr_curves [0, 1, 2]");
    }
    assertEquals(expected.stream().sorted().toList(), tags.stream().sorted().toList());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anInterruptEndsItCleanly() throws Exception {
    Path errors = temp.resolve("stderr.txt");
    Path json = temp.resolve("metrics.json");
    Process process =
        Cli.start(errors, "train", "mnist", "--epochs", "1000", "--metrics-json", json.toString());
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("Epoch 1/1000", out.readLine());
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "did not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(130, process.exitValue());
    assertEquals("tapedeck: interrupted; the training ended early\n", Cli.said(errors));
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(List.of(errors), files.toList(), "an unfinished file is left");
    }
  }
}
