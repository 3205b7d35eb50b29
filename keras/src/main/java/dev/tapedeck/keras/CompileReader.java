package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.losses.SparseCategoricalCrossentropy;
import dev.tapedeck.metrics.BinaryAccuracy;
import dev.tapedeck.metrics.BinaryCrossentropy;
import dev.tapedeck.metrics.BuiltInMetric;
import dev.tapedeck.metrics.CategoricalAccuracy;
import dev.tapedeck.metrics.CategoricalCrossentropy;
import dev.tapedeck.metrics.Metrics;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reader of what a model of a file was compiled with. */
final class CompileReader {
  private final ConfigReader objects;
  private final Map<String, Tensor> outputs;
  private final List<String> names;

  /**
   * Makes a reader.
   *
   * @param outputs the model's outputs by their names here
   * @param names Keras's names of the outputs, in order
   */
  CompileReader(ConfigReader objects, Map<String, Tensor> outputs, List<String> names) {
    this.objects = objects;
    this.outputs = outputs;
    this.names = names;
  }

  /** Compiles a model as a file says. */
  void compile(Trainable<?, ?> model, JsonNode config) {
    Map<String, JsonNode> losses = byOutput(config.path("loss"), false);
    Map<String, JsonNode> factors = byOutput(config.path("loss_weights"), false);
    Map<String, JsonNode> metrics = byOutput(config.path("metrics"), true);
    Map<String, JsonNode> weighted = byOutput(config.path("weighted_metrics"), true);
    Map<String, Objective.OfOutput> objectives = new LinkedHashMap<>();
    outputs.forEach(
        (name, output) -> {
          JsonNode given = losses.get(name);
          Loss loss = given == null || given.isNull() ? null : loss(given);
          JsonNode factor = factors.get(name);
          double weight = factor == null || factor.isNull() ? 1 : JsonValues.number(factor);
          objectives.put(
              name,
              new Objective.OfOutput(
                  loss,
                  weight,
                  metrics(metrics.get(name), loss, output),
                  metrics(weighted.get(name), loss, output)));
        });
    JsonNode optimizer = config.path("optimizer");
    if (!optimizer.isMissingNode() && !optimizer.isNull()) {
      model.compile((Optimizer) objects.make(Kind.OPTIMIZER, optimizer), new Objective(objectives));
    }
    model.runEagerly(config.path("run_eagerly").asBoolean());
  }

  private Loss loss(JsonNode json) {
    return (Loss) objects.make(Kind.LOSS, json);
  }

  /** Returns what a file says of each output: for all alike, or by position or name. */
  private Map<String, JsonNode> byOutput(JsonNode json, boolean lists) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    List<String> ours = List.copyOf(outputs.keySet());
    boolean byName = json.isObject() && !json.has("class_name");
    boolean byPosition =
        json.isArray()
            && ours.size() > 1
            && (!lists || json.valueStream().allMatch(one -> one.isArray() || one.isNull()));
    for (int i = 0; i < ours.size(); i++) {
      JsonNode of =
          byName
              ? json.has(ours.get(i)) ? json.get(ours.get(i)) : json.path(names.get(i))
              : byPosition || (json.isArray() && !lists) ? json.path(i) : json;
      if (!of.isMissingNode() && !of.isNull()) {
        found.put(ours.get(i), of);
      }
    }
    return found;
  }

  private List<Metric> metrics(JsonNode json, Loss loss, Tensor output) {
    List<Metric> metrics = new ArrayList<>();
    if (json != null) {
      for (JsonNode one : json.isArray() ? json : List.of(json)) {
        if (one.isArray()) {
          metrics.addAll(metrics(one, loss, output));
        } else {
          metrics.add(metric(one, loss, output));
        }
      }
    }
    return metrics;
  }

  private Metric metric(JsonNode json, Loss loss, Tensor output) {
    if (ConfigReader.className(json).equals("MeanMetricWrapper")
        && json.at("/config/fn").isTextual()) {
      return named(metric(json.at("/config/fn"), loss, output), json.at("/config/name").asText());
    }
    if (!json.isTextual()) {
      return (Metric) objects.make(Kind.METRIC, json);
    }
    String name = json.asText();
    switch (name.toLowerCase(Locale.ROOT)) {
      case "accuracy", "acc" -> {
        return named(accuracy(loss, output), name);
      }
      case "crossentropy", "ce" -> {
        return named(crossentropy(loss, output), name);
      }
      default -> {}
    }
    return Aliases.find(Kind.METRIC, name).isPresent()
        ? named(objects.make(Kind.METRIC, json), name)
        : Metrics.of(name, loss(json));
  }

  private static Metric named(Object metric, String name) {
    if (metric instanceof BuiltInMetric<?, ?> built) {
      built.name(name);
    }
    return (Metric) metric;
  }

  /** Returns the accuracy that fits: of two classes, of labels as numbers, or as vectors. */
  private static Metric accuracy(Loss loss, Tensor output) {
    if (isBinary(output)) {
      return new BinaryAccuracy();
    }
    return loss instanceof SparseCategoricalCrossentropy
        ? new SparseCategoricalAccuracy()
        : new CategoricalAccuracy();
  }

  private static Metric crossentropy(Loss loss, Tensor output) {
    if (isBinary(output)) {
      return new BinaryCrossentropy();
    }
    return loss instanceof SparseCategoricalCrossentropy
        ? new dev.tapedeck.metrics.SparseCategoricalCrossentropy()
        : new CategoricalCrossentropy();
  }

  private static boolean isBinary(Tensor output) {
    return output.shape().rank() > 0 && output.shape().size(-1) == 1;
  }
}
