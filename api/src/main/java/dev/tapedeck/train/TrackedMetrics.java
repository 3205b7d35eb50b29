package dev.tapedeck.train;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.TrackedFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  void compile(List<Metric> metrics) {
    Map<String, Metric> named = new LinkedHashMap<>();
    for (Metric metric : metrics) {
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

  /** Looks for the aggregators in the fields of a model and its layers. */
  void find(Model model) {
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

  /** Returns the metrics that are updated with every batch. */
  Map<String, Metric> compiled() {
    return compiled;
  }

  /** Returns all that were found, the compiled ones first. */
  Map<String, Aggregator> all() {
    return all;
  }

  /** Resets those of which something holds. */
  void reset(Predicate<Aggregator> which) {
    try (Scope scope = new Scope()) {
      all.values().stream().filter(which).forEach(Aggregator::reset);
    }
  }

  /**
   * Runs an action after which what was gathered is as before.
   *
   * @param strictly whether to refuse a metric of which that cannot be said
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
