package dev.tapedeck.cli;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Callback that collects the logs of each epoch, its number (from 1) and its duration. */
final class EpochTimes implements Callback {
  private final List<Map<String, Number>> epochs = new ArrayList<>();
  private long start;

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    start = System.nanoTime();
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    Map<String, Number> entry = new LinkedHashMap<>();
    entry.put("epoch", epoch + 1);
    entry.putAll(logs);
    entry.put("seconds", (System.nanoTime() - start) / 1e9);
    epochs.add(entry);
  }

  List<Map<String, Number>> epochs() {
    return epochs;
  }
}
