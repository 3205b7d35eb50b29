package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** Callback that records loss and metrics, over the epoch so far, at every n-th training step. */
final class BatchScalars implements Callback {
  private final RunWriters runs;
  private final GlobalStep step;
  private final int every;

  BatchScalars(RunWriters runs, GlobalStep step, int every) {
    this.runs = runs;
    this.step = step;
    this.every = every;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int batch, Map<String, Double> logs) {
    if (step.get() % every == 0) {
      logs.forEach((name, value) -> runs.train().scalar("batch_" + name, value, step.get()));
    }
  }
}
