package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.TrackedFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The aggregators that a model resets and reports, by name: the metrics of {@code compile}, and
 * those in fields. Of equal names the later ones are numbered, as in Keras: {@code accuracy,
 * accuracy_1}.
 */
final class TrackedMetrics {
  private final Map<String, Metric> compiled = new LinkedHashMap<>();
  private Map<String, Aggregator> all = Map.of();

  /** Sets the metrics that are updated with every batch. */
  void compile(Metric... metrics) {
    Objects.requireNonNull(
        metrics, "compile: the metrics are null; leave them out if there are none");
    Map<String, Metric> named = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      Objects.requireNonNull(metric, "compile: a metric is null; leave it out");
      MetricNames.requireReportable("compile", metric.name());
      if (metric.name().equals(MetricNames.LOSS)) {
        throw new IllegalArgumentException(
            "compile: a metric is named \"loss\", as the loss is reported; give it another name");
      }
      if (isIn(named, metric)) {
        throw new IllegalArgumentException(
            "compile: metric \""
                + metric.name()
                + "\" is given twice, and would count every batch twice; make another one");
      }
      named.put(MetricNames.free(metric.name(), named.keySet()), metric);
    }
    compiled.clear();
    compiled.putAll(named);
    all = new LinkedHashMap<>(named);
  }

  /** Finds the aggregators in the fields of a model and its layers. */
  void find(Layer model) {
    Map<String, Aggregator> found = new LinkedHashMap<>(compiled);
    for (Aggregator aggregator : LayerState.aggregators(model)) {
      if (!isIn(found, aggregator)) {
        MetricNames.requireReportable("fit and evaluate", aggregator.name());
        found.put(MetricNames.free(aggregator.name(), found.keySet()), aggregator);
      }
    }
    all = found;
  }

  @SuppressWarnings("ReferenceEquality") // two metrics may be equal and still be two
  private static boolean isIn(Map<String, ? extends Aggregator> named, Aggregator aggregator) {
    return named.values().stream().anyMatch(known -> known == aggregator);
  }

  /** Updates the compiled metrics with a batch. */
  void update(Tensor labels, Tensor predictions) {
    compiled.values().forEach(metric -> update(metric, labels, predictions));
  }

  private static void update(Metric metric, Tensor labels, Tensor predictions) {
    boolean[] changes = {Dispatch.executingEagerly()};
    Dispatch.Recorder writes = (op, in, out) -> changes[0] |= op.effect() == Effect.WRITE;
    Dispatch.open(writes);
    try {
      metric.update(labels, predictions);
    } catch (RuntimeException e) {
      String remedy =
          e instanceof IllegalStateException && !Dispatch.executingEagerly()
              ? "; what a metric gathers belongs in variables, or call model.runEagerly(true)"
              : "";
      throw Errors.withMessage(e, "metric \"" + metric.name() + "\": " + e.getMessage() + remedy);
    } finally {
      Dispatch.close(writes);
    }
    if (!changes[0]) {
      throw new IllegalStateException(
          "fit: metric \""
              + metric.name()
              + "\" changes no variable, so that its sums would stay as they are while a graph runs;"
              + " keep them in variables, or call model.runEagerly(true)");
    }
  }

  /** Returns the metrics that are updated with every batch. */
  Map<String, Metric> compiled() {
    return compiled;
  }

  /** Returns all aggregators found, the compiled metrics first. */
  Map<String, Aggregator> all() {
    return all;
  }

  /** Resets the aggregators that a predicate selects. */
  void reset(Predicate<Aggregator> which) {
    try (Scope scope = new Scope()) {
      all.values().stream().filter(which).forEach(Aggregator::reset);
    }
  }

  /**
   * Runs an action, and then restores the state of the aggregators.
   *
   * @param strictly whether to refuse an aggregator without variables, which cannot be restored
   */
  <T> T aside(boolean strictly, Supplier<T> action) {
    if (strictly) {
      all.forEach(
          (name, metric) -> {
            if (!hasVariables(metric)) {
              throw new IllegalStateException(
                  "evaluate: metric \""
                      + name
                      + "\" gathers outside variables, where the sums of the training that goes on"
                      + " cannot be set aside; keep them in variables, or evaluate after fit");
            }
          });
    }
    StateSnapshot before = StateSnapshot.of(all);
    try {
      return action.get();
    } finally {
      reset(TrackedMetrics::hasVariables);
      before.restore();
      before.release();
    }
  }

  private static boolean hasVariables(Aggregator metric) {
    return !TrackedFields.within(metric).isEmpty();
  }
}
