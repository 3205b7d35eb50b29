package dev.tapedeck.summaries;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.LazyTrackable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The logs of a training's epochs, as state: a training that is resumed has those before it. */
final class Curves implements LazyTrackable {
  private static final Pattern PART = Pattern.compile("(\\d+) (.*)", Pattern.DOTALL);

  private final Map<String, Variable> values = new LinkedHashMap<>(); // "2 val_loss"
  private Runnable onStateCreated;

  /** Adds the logs of an epoch; the first is 1. */
  void add(int epoch, Map<String, Double> logs) {
    onStateCreated = null; // a restored value is older
    logs.forEach((name, value) -> create(epoch + " " + name, value));
  }

  private void create(String part, double value) {
    try (Scope _ = Scope.none()) {
      values.put(part, Variable.untrainable(value, part));
    }
  }

  /** Returns the values by the name of the log and the epoch. */
  Map<String, Map<Integer, Double>> byName() {
    Map<String, Map<Integer, Double>> curves = new LinkedHashMap<>();
    values.forEach(
        (part, value) -> {
          Matcher named = PART.matcher(part);
          if (named.matches()) {
            curves
                .computeIfAbsent(named.group(2), _ -> new LinkedHashMap<>())
                .put(Integer.parseInt(named.group(1)), value.memory().item());
          }
        });
    return curves;
  }

  void clear() {
    values.clear();
    onStateCreated = null;
  }

  @Override
  public Map<String, Object> parts() {
    return new LinkedHashMap<>(values);
  }

  @Override
  public boolean isAwaitingState() {
    return values.isEmpty();
  }

  @Override
  public void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  @Override
  public void awaitParts(Set<String> names) {
    names.forEach(name -> create(name, Double.NaN));
    onStateCreated.run();
  }
}
