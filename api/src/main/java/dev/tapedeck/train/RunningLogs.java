package dev.tapedeck.train;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** The loss, metrics and other scalars so far, of an epoch of training or of an evaluation. */
final class RunningLogs {
  private final TrackedMetrics metrics;
  private final WeightedMean loss = new WeightedMean("loss");
  private final StepReports outputLosses = new StepReports();
  private final StepReports reports = new StepReports();

  RunningLogs(TrackedMetrics metrics) {
    this.metrics = metrics;
  }

  void addLoss(Tensor value, double examples) {
    loss.add(value, examples);
  }

  /** Adds the losses of several outputs, by name in the logs. */
  void addOutputLosses(Map<String, Tensor> losses, double examples) {
    outputLosses.add(losses, examples);
  }

  /** Adds the scalars that a step returned, except under names of metrics, which are reported. */
  void addReports(Map<String, Tensor> ofStep, double examples) {
    Map<String, Tensor> others = new HashMap<>(ofStep);
    others.keySet().removeAll(metrics.all().keySet());
    reports.add(others, examples);
  }

  void reset() {
    try (Scope scope = new Scope()) {
      loss.reset();
      outputLosses.reset();
      reports.reset();
      metrics.reset(any -> true);
    }
  }

  /** Runs an action that may use these logs, and then restores loss and scalars. */
  <T> T aside(Supplier<T> action) {
    StateSnapshot before = StateSnapshot.of(List.of(loss, reports));
    try {
      return action.get();
    } finally {
      loss.reset();
      reports.reset();
      before.restore();
      before.release();
    }
  }

  /** Returns the values by name, read when first asked for; without a loss if none was added. */
  LazyLogs values() {
    return new LazyLogs(this::read);
  }

  private Map<String, Double> read() {
    Map<String, Double> logs = new LinkedHashMap<>();
    try (Scope scope = new Scope()) {
      metrics.all().forEach((name, metric) -> put(logs, name, metric.result()));
    }
    OptionalDouble mean = loss.result();
    if (mean.isPresent()) {
      Double another = logs.remove(MetricNames.LOSS); // an aggregator in a field
      logs.put(MetricNames.LOSS, mean.getAsDouble());
      if (another != null) {
        logs.put(MetricNames.free(MetricNames.LOSS, logs.keySet()), another);
      }
    }
    outputLosses.putInto(logs);
    reports.putInto(logs);
    return logs;
  }

  /** Puts a result into logs; the elements of a vector are numbered. */
  private static void put(Map<String, Double> logs, String name, Tensor result) {
    if (result.shape().isScalar()) {
      logs.put(name, result.item());
      return;
    }
    double[] elements = result.toDoubleArray();
    for (int i = 0; i < elements.length; i++) {
      logs.put(MetricNames.free(name + "_" + i, logs.keySet()), elements[i]);
    }
  }

  /** Returns the state of loss, compiled metrics and scalars by name. */
  Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("loss_total", loss.total());
    parts.put("loss_weight", loss.weight());
    parts.put("metrics", metrics.compiled());
    parts.put("output_losses", outputLosses);
    parts.put("reports", reports);
    return parts;
  }
}
