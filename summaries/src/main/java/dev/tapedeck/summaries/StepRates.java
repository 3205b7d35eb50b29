package dev.tapedeck.summaries;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
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
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    epochBegin = now();
    latest = epochBegin;
    recorded = epochBegin;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int batch, Map<String, Double> logs) {
    latest = now();
    if (every > 0 && step.get() % every == 0) {
      record(model, "batch", recorded, step.get());
      recorded = latest;
    }
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    record(model, "epoch", epochBegin, epoch);
  }

  private Mark now() {
    return new Mark(System.nanoTime(), step.get());
  }

  private void record(Trainable<?, ?> model, String what, Mark since, long at) {
    double seconds = (latest.nanos - since.nanos) / 1e9;
    double rate = (latest.step - since.step) / seconds;
    runs.train().scalar(what + "_steps_per_second", rate, at);
    TensorTree inputs = model.layer().inputTree();
    Shape first = inputs == null ? Shape.of() : inputs.specs().getFirst().shape();
    if (!first.isScalar()) {
      double examples = first.size(0);
      runs.train().scalar(what + "_examples_per_second", rate * examples, at);
    }
  }
}
