package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** Counter of training steps, including those of earlier trainings of the model. */
final class GlobalStep implements Callback {
  private long step = -1;

  long get() {
    return step;
  }

  /** Returns the number of steps that the optimizer has taken. */
  static long of(Trainable<?, ?> model) {
    return (long) model.optimizer().iterations().reading().item();
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    // Counted here, since a model with its own trainStep may not use the optimizer.
    step = step < 0 ? of(model) : step;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int batch, Map<String, Double> logs) {
    step++;
  }
}
