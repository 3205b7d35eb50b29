package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * A callback that posts the logs of each epoch to a server, as JSON with the epoch, from 0: {@code
 * {"epoch": 0, "loss": 0.5}}; NaN and infinity are null.
 *
 * <p>If the server does not answer it warns, and the training goes on.
 */
public final class RemoteMonitor implements Callback {
  private static final Logger LOG = Loggers.of(RemoteMonitor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String root;
  private String path = "/publish/epoch/end/";
  private String field = "data";
  private Map<String, String> headers = Map.of();
  private boolean sendAsJson;

  /** Posts to {@code http://localhost:9000}. */
  public RemoteMonitor() {
    this("http://localhost:9000");
  }

  /**
   * Posts to a server.
   *
   * @throws IllegalArgumentException if it is no address of HTTP
   */
  public RemoteMonitor(String root) {
    this.root = Objects.requireNonNull(root, "RemoteMonitor: the root is null; give an address");
    if (!isAddress(root)) {
      throw Refusal.of(
          "RemoteMonitor", "needs the address of a server", root, "give http://localhost:9000");
    }
  }

  private static boolean isAddress(String root) {
    try {
      URI uri = new URI(root);
      return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Sets the path that is appended to the root; by default {@code /publish/epoch/end/}. */
  public RemoteMonitor path(String text) {
    path = text;
    return this;
  }

  /** Sets the field of the form that has the JSON; by default {@code data}. */
  public RemoteMonitor field(String name) {
    field = name;
    return this;
  }

  /** Sets headers of the request; by default none. */
  public RemoteMonitor headers(Map<String, String> values) {
    headers = Map.copyOf(values);
    return this;
  }

  /** Sets whether the JSON is sent by itself, not in a field of a form; by default false. */
  public RemoteMonitor sendAsJson(boolean alone) {
    sendAsJson = alone;
    return this;
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() == epoch) {
      return; // it was interrupted
    }
    String json = json(epoch, logs);
    String form = encoded(field) + "=" + encoded(json);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root + path))
            .timeout(PATIENCE)
            .setHeader(
                "Content-Type",
                sendAsJson ? "application/json" : "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(sendAsJson ? json : form));
    headers.forEach(request::setHeader);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      LOG.warn("RemoteMonitor: {} does not answer: {}", root, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // which ends the training
    }
  }

  private static String json(int epoch, Map<String, Double> logs) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("epoch", Integer.toString(epoch));
    logs.forEach(
        (name, value) ->
            values.put(name, Double.isFinite(value) ? PythonNumbers.text(value) : "null"));
    return values.entrySet().stream()
        .map(entry -> "\"" + escaped(entry.getKey()) + "\": " + entry.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
