package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** Callback that records loss, metrics and learning rate of each epoch and of its validation. */
final class EpochScalars implements Callback {
  private static final String VALIDATION = "val_";

  private final RunWriters runs;

  EpochScalars(RunWriters runs) {
    this.runs = runs;
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    logs.forEach(
        (name, value) -> {
          if (name.startsWith(VALIDATION)) {
            String metric = name.substring(VALIDATION.length());
            SummaryWriter run = runs.validation();
            run.scalar("epoch_" + metric, value, epoch);
            run.scalar("evaluation_" + metric + "_vs_iterations", value, GlobalStep.of(model));
          } else {
            runs.train().scalar("epoch_" + name, value, epoch);
          }
        });
    double rate = model.optimizer().learningRate().reading().item();
    runs.train().scalar("epoch_learning_rate", rate, epoch);
  }
}
