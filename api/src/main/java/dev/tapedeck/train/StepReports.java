package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The means, over an epoch's examples, of the scalars that steps return; made when they first do.
 */
final class StepReports implements LazyTrackable {
  private final Map<String, WeightedMean> means = new LinkedHashMap<>();
  private Runnable whenGrown;

  /** Takes in what a step returned, by name. */
  void add(Map<String, Tensor> scalars, double examples) {
    scalars.forEach(StepReports::check);
    List<String> missing =
        scalars.keySet().stream().filter(name -> !means.containsKey(name)).sorted().toList();
    if (!missing.isEmpty()) {
      Dispatch.eagerly(() -> grow(missing)); // once, not by each run of a graph
    }
    scalars.forEach((name, value) -> means.get(name).add(value, examples));
  }

  private static void check(String name, Tensor value) {
    MetricNames.requireReportable("trainStep and testStep", name);
    if (value.shape().count() != 1) {
      throw new IllegalArgumentException(
          "trainStep and testStep: what is returned as \""
              + name
              + "\" must be one number, received "
              + value.spec()
              + "; reduce it, as by mean()");
    }
  }

  private Void grow(List<String> names) {
    names.forEach(name -> means.put(name, new WeightedMean(name)));
    boolean accepted = whenGrown == null;
    try {
      if (!accepted) {
        whenGrown.run();
        accepted = true;
      }
    } finally {
      if (!accepted) { // or the next step would go on from zeros
        names.forEach(means::remove);
      }
    }
    return null;
  }

  void reset() {
    whenGrown = null; // what was saved is of an epoch that is over
    means.values().forEach(WeightedMean::reset);
  }

  /** Adds the means to logs, except under names that those have. */
  void putInto(Map<String, Double> logs) {
    means.forEach((name, mean) -> mean.result().ifPresent(value -> logs.putIfAbsent(name, value)));
  }

  @Override
  public boolean isAwaitingState() {
    return means.isEmpty();
  }

  @Override
  public void onStateCreated(Runnable action) {
    whenGrown = action;
  }

  @Override
  public Map<String, Object> parts() {
    return new LinkedHashMap<>(means);
  }
}
