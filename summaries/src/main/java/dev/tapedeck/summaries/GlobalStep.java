package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.util.Map;

/** The number of training steps taken, also in trainings before this one. */
final class GlobalStep implements Callback {
  private long step = -1;

  long get() {
    return step;
  }

  /** Returns the number of steps that the optimizer was told of. */
  static long of(Model model) {
    return (long) model.optimizer().iterations().reading().item();
  }

  @Override
  public void onEpochBegin(Model model, int epoch) {
    // Not the optimizer's all along: a model may train in some way of its own.
    step = step < 0 ? of(model) : step;
  }

  @Override
  public void onTrainBatchEnd(Model model, int batch, Map<String, Double> logs) {
    step++;
  }
}
