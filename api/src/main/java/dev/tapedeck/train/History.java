package dev.tapedeck.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The logs of every epoch, which {@code fit} returns. */
public final class History implements Callback {
  private final List<Map<String, Double>> epochs = new ArrayList<>();

  /** Returns the logs of each epoch, in order. */
  public List<Map<String, Double>> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /**
   * Returns the values of one entry over the epochs, {@code history.get("val_loss")}; null for an
   * epoch that was stopped before it had one.
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
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    epochs.add(Collections.unmodifiableMap(new LinkedHashMap<>(logs)));
  }

  @Override
  public String toString() {
    return epochs.toString();
  }
}
