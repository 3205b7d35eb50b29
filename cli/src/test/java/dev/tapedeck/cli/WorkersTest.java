package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train mnist --workers} as a process. */
class WorkersTest {
  @TempDir Path temp;

  private JsonNode train(String workers) throws Exception {
    Path json = temp.resolve("workers" + workers + ".json");
    Cli.Result result =
        Cli.run(
            temp,
            "train",
            "mnist",
            "--limit",
            "2000",
            "--epochs",
            "1",
            "--workers",
            workers,
            "--metrics-json",
            json.toString());
    assertEquals(0, result.exit(), result.err());
    return new ObjectMapper().readTree(json.toFile()).get("test");
  }

  @Test
  void theirNumberDoesNotChangeTheResults() throws Exception {
    JsonNode one = train("1");
    assertTrue(one.get("accuracy").asDouble() > 0.6, one::toString);
    assertEquals(one, train("2"));
    assertEquals(one, train("8"));
  }

  @ParameterizedTest
  @CsvSource({
    "--workers 3, '--workers must be 1, 2, 4 or 8, received 3'",
    "--master local[2], '--master needs --workers'",
    "--workers 2 --master local[2] --batch-size 100, '--batch-size must be a multiple of 8'",
    "--workers 2 --master mesos://there, 'set SPARK_HOME'"
  })
  void badOptionsAreRefused(String options, String message) throws Exception {
    String[] arguments = ("train mnist --limit 100 " + options).split(" ", -1);
    Cli.Result result = Cli.run(temp, arguments);
    assertEquals(2, result.exit(), result.err());
    assertTrue(result.err().contains(message), result.err());
  }
}
