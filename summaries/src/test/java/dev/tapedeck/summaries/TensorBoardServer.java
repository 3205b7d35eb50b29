package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.testing.Python;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** TensorBoard itself, serving a folder, and asked over HTTP as its pages ask it. */
final class TensorBoardServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS = Pattern.compile("http://[^/ ]+:\\d+/");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final URI address;

  private TensorBoardServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  static TensorBoardServer start(Path temp, Path logdir) throws Exception {
    Path log = temp.resolve("tensorboard.log");
    String[] command = {
      Python.command(),
      "-m",
      "tensorboard.main",
      "--logdir",
      logdir.toString(),
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--load_fast",
      "false",
      "--reload_interval",
      "1"
    };
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      String said =
          await(
              () -> Files.readString(log),
              text -> ADDRESS.matcher(text).find() || !process.isAlive());
      Matcher found = ADDRESS.matcher(said);
      assertTrue(found.find(), () -> "no address: " + said);
      return new TensorBoardServer(process, URI.create(found.group()));
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Asks until the answer is as wanted; fails with the latest answer after two minutes. */
  private static <T> T await(Callable<T> question, Predicate<T> wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    T answer = question.call();
    while (!wanted.test(answer)) {
      assertTrue(System.nanoTime() < deadline, "still not so: " + answer);
      Thread.sleep(100);
      answer = question.call();
    }
    return answer;
  }

  /** Returns what is at a path, with names and values of a query behind it. */
  byte[] bytes(String path, String... query) throws Exception {
    var response = ask(path, query);
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertEquals(200, response.statusCode(), () -> path + ": " + body);
    return response.body();
  }

  JsonNode json(String path, String... query) throws Exception {
    return JSON.readTree(bytes(path, query));
  }

  /** Returns the JSON at a path once it is there and as wanted. */
  JsonNode await(Predicate<JsonNode> wanted, String path, String... query) throws Exception {
    Callable<JsonNode> question =
        () -> {
          var response = ask(path, query);
          return response.statusCode() == 200 ? JSON.readTree(response.body()) : JSON.nullNode();
        };
    return await(question, wanted);
  }

  private HttpResponse<byte[]> ask(String path, String... query) throws Exception {
    StringBuilder text = new StringBuilder(path);
    for (int i = 0; i < query.length; i += 2) {
      text.append(i == 0 ? '?' : '&').append(query[i]).append('=');
      text.append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
    }
    var request = HttpRequest.newBuilder(address.resolve(text.toString())).timeout(PATIENCE);
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    client.close();
    process.destroyForcibly();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "does not end");
  }
}
