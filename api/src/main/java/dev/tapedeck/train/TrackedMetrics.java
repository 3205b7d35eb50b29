package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The aggregators that a model resets and reports, by name: the metrics of {@code compile}, and
 * those in fields. Of equal names the later ones are numbered, as in Keras: {@code accuracy,
 * accuracy_1}; a weighted metric of a taken name is {@code weighted_accuracy}.
 */
final class TrackedMetrics {
  private final Map<String, Compiled> compiled = new LinkedHashMap<>();
  private Map<String, Aggregator> all = Map.of();

  /** A metric of an objective. */
  private record Compiled(String output, boolean weighted, Metric metric) {}

  /** Sets the metrics that are updated with every batch. */
  void compile(Objective objective) {
    Map<String, Compiled> named = new LinkedHashMap<>();
    objective
        .outputs()
        .forEach(
            (output, of) -> {
              of.metrics().forEach(metric -> put(named, new Compiled(output, false, metric)));
              of.weightedMetrics()
                  .forEach(metric -> put(named, new Compiled(output, true, metric)));
            });
    compiled.clear();
    compiled.putAll(named);
    all = metrics();
  }

  @SuppressWarnings("ReferenceEquality") // two metrics may be equal and still be two
  private static void put(Map<String, Compiled> named, Compiled added) {
    String own = added.metric.name();
    MetricNames.requireReportable("compile", own);
    if (own.equals(MetricNames.LOSS)) {
      throw new IllegalArgumentException(
          "compile: a metric is named \"loss\", as the loss is reported; give it another name");
    }
    if (named.values().stream().anyMatch(other -> other.metric == added.metric)) {
      throw new IllegalArgumentException(
          "compile: metric \""
              + own
              + "\" is given twice, and would count every batch twice; make another one");
    }
    String output = added.output.equals(Objective.ALL) ? "" : added.output + "_";
    boolean again = added.weighted && named.containsKey(output + own);
    String name = output + (again ? MetricNames.WEIGHTED : "") + own;
    named.put(MetricNames.free(name, named.keySet()), added);
  }

  private Map<String, Aggregator> metrics() {
    Map<String, Aggregator> metrics = new LinkedHashMap<>();
    compiled.forEach((name, compiled) -> metrics.put(name, compiled.metric));
    return metrics;
  }

  /** Finds the aggregators in the fields of a model and its layers. */
  void find(AbstractLayer<?, ?> model) {
    Map<String, Aggregator> found = metrics();
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
  void update(Example batch, Object predictions) {
    if (!compiled.isEmpty()) {
      BatchOutputs outputs = BatchOutputs.of(batch, predictions);
      compiled.values().forEach(metric -> update(metric, outputs));
    }
  }

  private static void update(Compiled compiled, BatchOutputs outputs) {
    String output = outputs.only(compiled.output, compiled.metric);
    Tensor weights = compiled.weighted ? outputs.weights(output) : null;
    update(compiled.metric, outputs.labels(output), outputs.prediction(output), weights);
  }

  private static void update(Metric metric, Tensor labels, Tensor predictions, Tensor weights) {
    boolean[] changes = {Dispatch.executingEagerly()};
    Dispatch.Recorder writes = (op, in, out) -> changes[0] |= op.effect() == Effect.WRITE;
    Dispatch.open(writes);
    try {
      metric.update(labels, predictions, weights);
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
  Map<String, Aggregator> compiled() {
    return metrics();
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
    return !TrackedFields.within(metric).isEmpty()
        || (metric instanceof LazyTrackable lazy && lazy.isAwaitingState());
  }
}
