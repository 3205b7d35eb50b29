package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.util.Map;

/** Callback that records training steps and examples per second. */
final class StepRates implements Callback {
  private final RunWriters runs;
  private final GlobalStep step;
  private final int every;
  private Mark epochBegin;
  private Mark latest;
  private Mark recorded;

  /** A moment: the time and the number of steps taken. */
  private record Mark(long nanos, long step) {}

  StepRates(RunWriters runs, GlobalStep step, int every) {
    this.runs = runs;
    this.step = step;
    this.every = every;
  }

  @Override
  public void onEpochBegin(Model model, int epoch) {
    epochBegin = now();
    latest = epochBegin;
    recorded = epochBegin;
  }

  @Override
  public void onTrainBatchEnd(Model model, int batch, Map<String, Double> logs) {
    latest = now();
    if (every > 0 && step.get() % every == 0) {
      record(model, "batch", recorded, step.get());
      recorded = latest;
    }
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    record(model, "epoch", epochBegin, epoch);
  }

  private Mark now() {
    return new Mark(System.nanoTime(), step.get());
  }

  private void record(Model model, String what, Mark since, long at) {
    double seconds = (latest.nanos - since.nanos) / 1e9;
    double rate = (latest.step - since.step) / seconds;
    runs.train().scalar(what + "_steps_per_second", rate, at);
    if (model.inputSpec() != null && !model.inputSpec().shape().isScalar()) {
      double examples = model.inputSpec().shape().size(0);
      runs.train().scalar(what + "_examples_per_second", rate * examples, at);
    }
  }
}
