package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --metrics-json} writes, and where. */
class JsonFileTest {
  @TempDir Path temp;

  private ProcessBuilder shell(String script) {
    ProcessBuilder train =
        Cli.builder("train", "mnist", "--limit", "64", "--epochs", "1", "--verbose", "0");
    train.command().addAll(0, List.of("sh", "-c", script, "sh"));
    return train.directory(temp.toFile());
  }

  private JsonNode metrics(String json) throws Exception {
    JsonNode metrics = new ObjectMapper().readTree(json);
    assertTrue(metrics.get("test").get("accuracy").isDouble(), json);
    return metrics;
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeOrADeviceStaysOne() throws Exception {
    Cli.Result pipe =
        Cli.run(
            temp, shell("mkfifo pipe; cat pipe & \"$@\" --metrics-json pipe; wait; test -p pipe"));
    assertEquals(0, pipe.exit(), pipe.err());
    metrics(pipe.out());
    Cli.Result out = Cli.run(temp, shell("\"$@\" --metrics-json /dev/stdout"));
    assertEquals(0, out.exit(), out.err());
    metrics(out.out());
    Cli.Result kept =
        Cli.run(
            temp,
            shell(
                "{ echo '{\"a\":'; \"$@\" --metrics-json /dev/stdout; echo '}'; } > all; cat all"));
    assertEquals(0, kept.exit(), kept.err());
    metrics(new ObjectMapper().readTree(kept.out()).get("a").toString());
    Cli.Result none = Cli.run(temp, shell("\"$@\" --metrics-json /dev/null; test -c /dev/null"));
    assertEquals(0, none.exit(), none.err());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkStaysOne() throws Exception {
    Cli.Result link =
        Cli.run(temp, shell("echo old > file; ln -s file link; \"$@\" --metrics-json link"));
    assertEquals(0, link.exit(), link.err());
    assertTrue(Files.isSymbolicLink(temp.resolve("link")));
    assertTrue(Files.isRegularFile(temp.resolve("file"), LinkOption.NOFOLLOW_LINKS));
    metrics(Files.readString(temp.resolve("file")));
  }

  @Test
  void numbersThatJsonLacksAreNull() throws Exception {
    Cli.Result result =
        Cli.run(
            temp,
            Cli.builder(
                    "train",
                    "mnist",
                    "--limit",
                    "640",
                    "--epochs",
                    "1",
                    "--verbose",
                    "0",
                    "--optimizer",
                    "sgd",
                    "--learning-rate",
                    "1e30",
                    "--metrics-json",
                    "m.json")
                .directory(temp.toFile()));
    assertEquals(1, result.exit());
    JsonNode test = new ObjectMapper().readTree(temp.resolve("m.json").toFile()).get("test");
    assertTrue(test.get("loss").isNull(), test.toString());
    assertEquals("NaN", test.get("not_finite").get("loss").asText());
    assertTrue(test.get("accuracy").isDouble(), test.toString());
  }

  @Test
  void arraysSayWhere() throws Exception {
    StringWriter out = new StringWriter();
    Json.print(
        new PrintWriter(out),
        Map.of("value", new float[][] {{1, Float.NaN}, {Float.NEGATIVE_INFINITY, 2}}));
    assertEquals(
        "{\"value\":[[1.0,null],[null,2.0]],"
            + "\"not_finite\":{\"value[0][1]\":\"NaN\",\"value[1][0]\":\"-Infinity\"}}",
        new ObjectMapper().readTree(out.toString()).toString());
  }
}
