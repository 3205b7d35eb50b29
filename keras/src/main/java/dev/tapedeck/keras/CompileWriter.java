package dev.tapedeck.keras;

import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writer of what a model was compiled with, as {@link CompileReader} reads it. */
final class CompileWriter {
  private final ConfigWriter objects;

  CompileWriter(ConfigWriter objects) {
    this.objects = objects;
  }

  /** Returns the description of optimizer, losses and metrics of a compiled model. */
  Map<String, Object> describe(Trainable<?, ?> model) {
    Map<String, Objective.OfOutput> outputs = model.objective().orElseThrow().outputs();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("optimizer", objects.optimizer(model.optimizer()));
    config.put("loss", byOutput(outputs, of -> of.loss() == null ? null : objects.loss(of.loss())));
    boolean weighs = outputs.values().stream().anyMatch(of -> of.lossWeight() != 1);
    config.put("loss_weights", weighs ? byOutput(outputs, Objective.OfOutput::lossWeight) : null);
    config.put("metrics", byOutput(outputs, of -> metrics(of.metrics())));
    config.put("weighted_metrics", byOutput(outputs, of -> metrics(of.weightedMetrics())));
    config.put("run_eagerly", model.runsEagerly());
    config.put("steps_per_execution", 1);
    config.put("jit_compile", false);
    return config;
  }

  /** Returns one value for a single output, a list by position, or a map by name. */
  private static Object byOutput(
      Map<String, Objective.OfOutput> outputs, Function<Objective.OfOutput, Object> value) {
    if (outputs.size() == 1 && outputs.containsKey(Objective.ALL)) {
      return value.apply(outputs.get(Objective.ALL));
    }
    Map<String, Object> named = new LinkedHashMap<>();
    outputs.forEach((name, of) -> named.put(name, value.apply(of)));
    boolean positions = named.keySet().stream().allMatch(name -> name.matches("\\d+"));
    if (!positions) {
      return named;
    }
    List<Object> list = new ArrayList<>();
    named.forEach(
        (name, of) -> {
          while (list.size() <= Integer.parseInt(name)) {
            list.add(null);
          }
          list.set(Integer.parseInt(name), of);
        });
    return list;
  }

  private List<Object> metrics(List<Metric> metrics) {
    List<Object> written = new ArrayList<>();
    metrics.forEach(metric -> written.add(objects.metric(metric)));
    return written.isEmpty() ? null : written;
  }
}
