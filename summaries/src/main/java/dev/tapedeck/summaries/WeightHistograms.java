package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.util.Map;

/** The distribution of each variable's values after every n-th epoch. */
final class WeightHistograms implements Callback {
  private final Runs runs;
  private final int every;

  WeightHistograms(Runs runs, int every) {
    this.runs = runs;
    this.every = every;
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    if (epoch % every == 0) {
      model
          .namedVariables()
          .forEach(
              (path, variable) -> runs.train().histogram(path + "/histogram", variable, epoch));
    }
  }
}
