package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** Callback that records a histogram of each variable after every n-th epoch. */
final class WeightHistograms implements Callback {
  private final RunWriters runs;
  private final int every;

  WeightHistograms(RunWriters runs, int every) {
    this.runs = runs;
    this.every = every;
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (epoch % every == 0) {
      model
          .namedVariables()
          .forEach(
              (path, variable) -> runs.train().histogram(path + "/histogram", variable, epoch));
    }
  }
}
