package dev.tapedeck.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The logs of every epoch, which {@code fit} returns. */
public final class History implements Callback {
  private final List<Map<String, Double>> epochs = new ArrayList<>();
  private final List<Integer> epoch = new ArrayList<>();
  private Plan params;

  /** Returns the logs of each epoch, in order. */
  public List<Map<String, Double>> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /** Returns the number of each epoch, in order; the first of all is 0. */
  public List<Integer> epoch() {
    return Collections.unmodifiableList(epoch);
  }

  /** Returns the length of the training. */
  public Plan params() {
    return params;
  }

  /** Returns the values by name, in order of the epochs that have one, as Keras's history. */
  public Map<String, List<Double>> history() {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (Map<String, Double> logs : epochs) {
      logs.forEach(
          (name, value) -> values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }
    return values;
  }

  /**
   * Returns the values of one entry over the epochs, {@code history.get("val_loss")}; null for an
   * epoch without one, as it was stopped before or not validated.
   *
   * @throws IllegalArgumentException if no epoch has such an entry
   */
  public List<Double> get(String name) {
    if (epochs.stream().noneMatch(logs -> logs.containsKey(name))) {
      throw new IllegalArgumentException(
          "history: no entry \""
              + name
              + "\"; there are "
              + epochs.stream().flatMap(logs -> logs.keySet().stream()).distinct().toList());
    }
    return epochs.stream().map(logs -> logs.get(name)).toList();
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    params = plan;
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int number, Map<String, Double> logs) {
    int again = epoch.indexOf(number);
    if (again >= 0) { // a training that was resumed at an earlier checkpoint
      epoch.subList(again, epoch.size()).clear();
      epochs.subList(again, epochs.size()).clear();
    }
    epoch.add(number);
    epochs.add(Collections.unmodifiableMap(new LinkedHashMap<>(logs)));
  }

  @Override
  public String toString() {
    return epochs.toString();
  }
}
