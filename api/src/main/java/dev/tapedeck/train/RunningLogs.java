package dev.tapedeck.train;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What loss, metrics and steps have reported so far, in an epoch of training or an evaluation. */
final class RunningLogs {
  private final TrackedMetrics metrics;
  private final WeightedMean loss = new WeightedMean("loss");
  private final StepReports reports = new StepReports();

  RunningLogs(TrackedMetrics metrics) {
    this.metrics = metrics;
  }

  void addLoss(Tensor value, double examples) {
    loss.add(value, examples);
  }

  /** Takes in what a step returned; where a metric has the name, that is what is reported. */
  void addReports(Map<String, Tensor> ofStep, double examples) {
    Map<String, Tensor> others = new HashMap<>(ofStep);
    others.keySet().removeAll(metrics.all().keySet());
    reports.add(others, examples);
  }

  void reset() {
    try (Scope scope = new Scope()) {
      loss.reset();
      reports.reset();
      metrics.reset(any -> true);
    }
  }

  /** Returns what was gathered by name, the loss if it was computed. */
  Map<String, Double> values() {
    Map<String, Double> logs = new LinkedHashMap<>();
    metrics.all().forEach((name, metric) -> logs.put(name, metric.result()));
    OptionalDouble mean = loss.result();
    if (mean.isPresent()) {
      Double another = logs.remove(MetricNames.LOSS); // of a model that keeps one in a field
      logs.put(MetricNames.LOSS, mean.getAsDouble());
      if (another != null) {
        logs.put(MetricNames.free(MetricNames.LOSS, logs.keySet()), another);
      }
    }
    reports.putInto(logs);
    return logs;
  }

  /** Returns by name what has state. */
  Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("loss_total", loss.total());
    parts.put("loss_weight", loss.weight());
    parts.put("metrics", metrics.compiled());
    parts.put("reports", reports);
    return parts;
  }
}
