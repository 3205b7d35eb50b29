package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The means over an epoch's examples of scalars that a step adds at once, all that it returns or
 * the losses of its outputs; created when it first does.
 */
final class StepReports implements LazyTrackable {
  private final Map<String, WeightedMean> means = new LinkedHashMap<>();
  private Runnable onStateCreated;

  /** Adds the scalars that a step returned, by name. */
  void add(Map<String, Tensor> scalars, double examples) {
    scalars.forEach(StepReports::check);
    List<String> missing =
        scalars.keySet().stream().filter(name -> !means.containsKey(name)).sorted().toList();
    if (!missing.isEmpty()) {
      Dispatch.eagerly(() -> create(missing)); // once, not by each run of a graph
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

  private Void create(List<String> names) {
    names.forEach(name -> means.put(name, new WeightedMean(name)));
    boolean accepted = onStateCreated == null;
    try {
      if (!accepted) {
        onStateCreated.run();
        onStateCreated = null;
        accepted = true;
      }
    } finally {
      if (!accepted) { // or the next step would continue from zeros
        names.forEach(means::remove);
      }
    }
    return null;
  }

  void reset() {
    onStateCreated = null; // the saved state is of an epoch that is over
    means.values().forEach(WeightedMean::reset);
  }

  /** Adds the means to logs, except under names that are taken. */
  void putInto(Map<String, Double> logs) {
    means.forEach((name, mean) -> mean.result().ifPresent(value -> logs.putIfAbsent(name, value)));
  }

  @Override
  public boolean isAwaitingState() {
    return means.isEmpty();
  }

  @Override
  public void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  /** Creates them now: an epoch that is resumed after its last step has no other that would. */
  @Override
  public void awaitParts(Set<String> names) {
    if (!names.isEmpty()) {
      create(names.stream().sorted().toList());
    }
  }

  @Override
  public Map<String, Object> parts() {
    return new LinkedHashMap<>(means);
  }
}
